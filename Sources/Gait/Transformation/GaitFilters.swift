extension Gait {
    /// The walk with every joint's path smoothed by the binomial filter (1, 2, 1) / 4, once per pass; use it before
    /// differences are taken. The first and last frame stay, and so does a steady movement.
    package func smoothed(passes: Int) -> Gait {
        guard frames > 2 else { return self }
        let width = Gait.valuesPerFrame
        var coordinates = coordinates
        for _ in 0..<max(passes, 0) {
            for value in 0..<width {
                var before = coordinates[value]
                for index in stride(from: value + width, to: coordinates.count - width, by: width) {
                    let current = coordinates[index]
                    coordinates[index] = (before + 2 * current + coordinates[index + width]) / 4
                    before = current
                }
            }
        }
        return Gait(validated: coordinates)
    }

    /// The walk at another speed: with a factor of 2, twice as fast in half the frames. At least one frame is
    /// left.
    ///
    /// - Parameter factor: 0.1...10; clamped to this range.
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

    /// One of a frame's 48 values at a place between frames, on the line between its neighbors.
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
