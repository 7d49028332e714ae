package import Gait

/// How an estimator's keypoints differ from the true joints, always in the same way, by the direction from which a person
/// is seen: measured on figures whose joints are known.
///
/// Lengths are apparent torsos, x to the right of the picture and y down, from the middle of the hips. Directions are on
/// the person's left; from the right everything is mirrored.
package struct EstimatorErrors: Codable, Sendable, Equatable {
    /// The errors of one joint. Each pair is for x and y.
    package struct JointErrors: Codable, Sendable, Equatable {
        /// Where the joint is seen from its true place, on average, and how much that differs between people.
        package var offset: SIMD2<Float>
        package var spread: SIMD2<Float>
        /// How much of the joint's motion is seen.
        package var gain: SIMD2<Float>
        /// The standard deviation of what is left.
        package var residual: SIMD2<Float>
        /// How much of a frame's rest is that of the frame before.
        package var persistence: Float
        /// The mean confidence.
        package var confidence: Float

        fileprivate var mirrored: JointErrors {
            var errors = self
            errors.offset.x = -offset.x
            return errors
        }

        fileprivate func mixed(with other: JointErrors, share: Float) -> JointErrors {
            JointErrors(
                offset: offset + (other.offset - offset) * share,
                spread: spread + (other.spread - spread) * share,
                gain: gain + (other.gain - gain) * share,
                residual: residual + (other.residual - residual) * share,
                persistence: persistence + (other.persistence - persistence) * share,
                confidence: confidence + (other.confidence - confidence) * share)
        }
    }

    /// The errors for people seen from one direction.
    package struct Direction: Codable, Sendable, Equatable {
        /// Degrees between the direction that the person faces and the camera, 0...180.
        package let bearing: Float
        /// How many windows were measured.
        package let windows: Int
        /// By the joints' names.
        package let joints: [String: JointErrors]
    }

    /// The estimator's name.
    package let estimator: String
    /// By rising bearing.
    package let directions: [Direction]

    package init(estimator: String, directions: [Direction]) {
        (self.estimator, self.directions) = (estimator, directions)
    }

    /// - Throws: ``ModelError/configuration(_:)`` if a table cannot be used.
    package func validate() throws(ModelError) {
        let bearings = directions.map(\.bearing)
        guard !bearings.isEmpty, zip(bearings, bearings.dropFirst()).allSatisfy({ $0 < $1 }),
            bearings.allSatisfy({ (0...180).contains($0) })
        else { throw .configuration("\(estimator): bearings \(bearings); they must rise from 0 to 180") }
        for direction in directions {
            for joint in ImageWindow.joints {
                guard let errors = direction.joints[joint.name], errors.isUsable else {
                    throw .configuration(
                        "\(estimator): \(joint.name) at \(direction.bearing) degrees is missing or out of bounds"
                    )
                }
            }
        }
    }

    /// Each joint's errors, in the order of ``ImageWindow/joints``, between those of the nearest directions.
    ///
    /// - Parameter bearing: degrees, positive on the person's left.
    func joints(seenFrom bearing: Float) -> [JointErrors] {
        let angle = abs(bearing - 360 * (bearing / 360).rounded())
        let isMirrored = bearing - 360 * (bearing / 360).rounded() < 0
        let above = directions.firstIndex { $0.bearing >= angle } ?? directions.count - 1
        let below = directions[above].bearing > angle ? max(above - 1, 0) : above
        let (low, high) = (directions[below], directions[above])
        let width = high.bearing - low.bearing
        let share = width > 0 ? min((angle - low.bearing) / width, 1) : 0
        return ImageWindow.joints.compactMap { joint in
            let name = (isMirrored ? joint.mirrored : joint).name
            guard let one = low.joints[name], let other = high.joints[name] else { return nil }
            let errors = one.mixed(with: other, share: share)
            return isMirrored ? errors.mirrored : errors
        }
    }
}

extension EstimatorErrors.JointErrors {
    fileprivate var isUsable: Bool {
        func isWithin(_ pair: SIMD2<Float>, _ range: ClosedRange<Float>) -> Bool {
            range.contains(pair.x) && range.contains(pair.y)
        }
        return isWithin(offset, -3...3) && isWithin(spread, 0...3) && isWithin(gain, -3...3)
            && isWithin(residual, 0...3) && (-1...1).contains(persistence) && (0...1).contains(confidence)
    }
}

/// Measures an estimator's errors.
package struct EstimatorCalibration {
    /// The directions of the table, degrees.
    package static let bearings: [Float] = [0, 45, 90, 135, 180]
    /// A joint's motion below this, torsos, tells no gain.
    private static let leastMotion: Float = 0.03

    /// Sums over the windows of one direction and joint; pairs are x and y.
    fileprivate struct Sums {
        var offset = SIMD2<Float>.zero
        var offsetSquares = SIMD2<Float>.zero
        /// Over the frames, of seen and true motion, and of each with that of the frame before.
        var (seen, common, truth) = (SIMD2<Float>.zero, SIMD2<Float>.zero, SIMD2<Float>.zero)
        var (seenLag, commonLag, truthLag) = (SIMD2<Float>.zero, SIMD2<Float>.zero, SIMD2<Float>.zero)
        var confidence: Float = 0
    }

    private var sums = Array(
        repeating: Array(repeating: Sums(), count: LifterJoints.count), count: Self.bearings.count)
    private var windows = Array(repeating: 0, count: Self.bearings.count)
    /// Windows in which left and right were exchanged most of the time; they are not measured.
    package private(set) var exchanged = 0

    package init() {}

    /// All windows that were measured.
    package var count: Int { windows.reduce(0, +) }

    /// Takes in what an estimator saw of a walk, and the same walk's true joints; nothing if the torso has no size.
    ///
    /// - Parameter bearing: degrees between the direction that the person faces and the camera, positive on their left.
    package mutating func add(_ seen: ImageWindow, truth: ImageWindow, bearing: Float) {
        let torso = median((0..<Gait.windowFrames).map { truth.trunk(frame: $0).length })
        guard torso > 0 else { return }
        guard !Self.isExchanged(seen, truth) else {
            exchanged += 1
            return
        }
        let turned = bearing - 360 * (bearing / 360).rounded()
        let place =
            Self.bearings.indices.min {
                abs(Self.bearings[$0] - abs(turned)) < abs(Self.bearings[$1] - abs(turned))
            } ?? 0
        windows[place] += 1
        for (index, joint) in ImageWindow.joints.enumerated() {
            let own = turned < 0 ? ImageWindow.joints.firstIndex(of: joint.mirrored) ?? index : index
            let mirror = SIMD2<Float>(turned < 0 ? -1 : 1, 1)
            func path(_ window: ImageWindow) -> [SIMD2<Float>] {
                (0..<Gait.windowFrames).map { frame in
                    let ray = window.rays[frame * LifterJoints.count + own]
                    return mirror * (ray - window.hips(frame: frame)) / torso
                }
            }
            sums[place][index].add(path(seen), path(truth))
            sums[place][index].confidence +=
                (0..<Gait.windowFrames).reduce(0) {
                    $0 + seen.confidences[$1 * LifterJoints.count + own]
                } / Float(Gait.windowFrames)
        }
    }

    private static func isExchanged(_ seen: ImageWindow, _ truth: ImageWindow) -> Bool {
        func across(_ window: ImageWindow, _ frame: Int) -> Float {
            let start = frame * LifterJoints.count
            return window.rays[start + LifterJoints.leftShoulder].x
                - window.rays[start + LifterJoints.rightShoulder].x
        }
        let frames = 0..<Gait.windowFrames
        let wide = frames.filter { abs(across(truth, $0)) > 0.3 * truth.trunk(frame: $0).length }
        return 2 * wide.count { across(seen, $0) * across(truth, $0) < 0 } > max(wide.count, 1)
    }

    /// The table.
    ///
    /// - Throws: ``ModelError/configuration(_:)`` if no window was seen from one of the directions.
    package func errors(of estimator: String) throws(ModelError) -> EstimatorErrors {
        var directions: [EstimatorErrors.Direction] = []
        for (place, bearing) in Self.bearings.enumerated() {
            guard windows[place] > 0 else {
                throw .configuration(
                    "no window of \(estimator) from \(Int(bearing)) degrees could be measured")
            }
            let errors = sums[place].map { $0.errors(windows: windows[place], Self.leastMotion) }
            directions.append(
                EstimatorErrors.Direction(
                    bearing: bearing, windows: windows[place],
                    joints: Dictionary(uniqueKeysWithValues: zip(ImageWindow.joints.map(\.name), errors))))
        }
        return EstimatorErrors(estimator: estimator, directions: directions)
    }
}

extension EstimatorCalibration.Sums {
    fileprivate mutating func add(_ seen: [SIMD2<Float>], _ truth: [SIMD2<Float>]) {
        let frames = Float(seen.count)
        let (one, other) = (seen.reduce(.zero, +) / frames, truth.reduce(.zero, +) / frames)
        offset += one - other
        offsetSquares += (one - other) * (one - other)
        for frame in seen.indices {
            let (s, t) = (seen[frame] - one, truth[frame] - other)
            self.seen += s * s / frames
            common += s * t / frames
            self.truth += t * t / frames
            guard frame > 0 else { continue }
            let (s1, t1) = (seen[frame - 1] - one, truth[frame - 1] - other)
            seenLag += s * s1 / frames
            commonLag += (s * t1 + t * s1) / frames
            truthLag += t * t1 / frames
        }
    }

    fileprivate func errors(windows: Int, _ leastMotion: Float) -> EstimatorErrors.JointErrors {
        let count = Float(windows)
        let mean = offset / count
        var (gain, rest) = (SIMD2<Float>(1, 1), SIMD2<Float>.zero)
        var (lag, square): (Float, Float) = (0, 0)
        for axis in 0..<2 {
            if truth[axis] / count > leastMotion * leastMotion { gain[axis] = common[axis] / truth[axis] }
            let g = gain[axis]
            let left = max(seen[axis] - 2 * g * common[axis] + g * g * truth[axis], 0)
            rest[axis] = (left / count).squareRoot()
            square += left
            lag += seenLag[axis] - g * commonLag[axis] + g * g * truthLag[axis]
        }
        let variance = offsetSquares / count - mean * mean
        return EstimatorErrors.JointErrors(
            offset: mean, spread: SIMD2(max(variance.x, 0), max(variance.y, 0)).squareRoot(), gain: gain,
            residual: rest, persistence: square > 0 ? min(max(lag / square, -0.99), 0.99) : 0,
            confidence: min(confidence / count, 1))
    }
}
