extension Gait {
    /// The walk at another speed: with a factor of 2, twice as fast in half the frames. At least one frame is
    /// left.
    ///
    /// - Parameter factor: 0.1...10; what lies outside is brought to the nearer end.
    package func resampled(speed factor: Float) -> Gait {
        let factor = min(max(factor, 0.1), 10)
        let count = Int(Float(frames - 1) / factor) + 1
        var resampled = [Float]()
        resampled.reserveCapacity(count * Gait.valuesPerFrame)
        for frame in 0..<count {
            let place = Float(frame) * factor
            for value in 0..<Gait.valuesPerFrame { resampled.append(interpolated(value, at: place)) }
        }
        return Gait(validated: resampled)
    }

    /// The walk as a source of fewer frames a second shows it after the pose buffer has brought it back to
    /// 30: with the same lines, or below 11 a second the same curves, between the sampled poses.
    ///
    /// - Parameters:
    ///   - rate: the source's frames per second, 1...30; the gait is left as it is from 30 on.
    ///   - phase: the time of the source's first frame, in 0...1 of its interval.
    package func atSourceRate(_ rate: Float, phase: Float = 0) -> Gait {
        guard rate >= 1, rate < Gait.frameRate else { return self }
        let interval = Gait.frameRate / rate
        let offset = min(max(phase, 0), 1) * interval
        let last = max(Int((Float(frames - 1) - offset) / interval), 0)
        let isCurved = interval > 0.09 * Gait.frameRate
        var sampled = self
        for frame in 0..<frames {
            let place = min(max((Float(frame) - offset) / interval, 0), Float(last))
            let index = min(Int(place), max(last - 1, 0))
            let fraction = place - Float(index)
            for value in 0..<Gait.valuesPerFrame {
                func sample(_ index: Int) -> Float {
                    interpolated(value, at: offset + Float(min(max(index, 0), last)) * interval)
                }
                let (from, to) = (sample(index), sample(index + 1))
                var result = from + (to - from) * fraction
                if isCurved {
                    let slope = to - from
                    let slopeLeft = index > 0 ? (to - sample(index - 1)) / 2 : slope
                    let slopeRight = index + 2 <= last ? (sample(index + 2) - from) / 2 : slope
                    let rest = 1 - fraction
                    // The cubic Hermite curve, as its difference from the line.
                    result +=
                        fraction * rest
                        * ((slopeLeft - slope) * rest - (slopeRight - slope) * fraction)
                }
                sampled.coordinates[frame * Gait.valuesPerFrame + value] = result
            }
        }
        return sampled
    }

    /// One of a frame's 48 values at a place between frames, on the line between its neighbours.
    private func interpolated(_ value: Int, at place: Float) -> Float {
        let last = frames - 1
        let index = min(max(Int(place), 0), last)
        let next = min(index + 1, last)
        let (from, to) = (
            coordinates[index * Gait.valuesPerFrame + value], coordinates[next * Gait.valuesPerFrame + value]
        )
        return from + (to - from) * min(max(place - Float(index), 0), 1)
    }
}
