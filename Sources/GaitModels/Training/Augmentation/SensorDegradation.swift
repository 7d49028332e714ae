package import Gait

/// A walk as a skeleton source shows it: sampled at the source's own rate, with its noise and its losses, and
/// brought back to 30 Hz by the pose buffer that the daemon uses.
package struct SensorDegradation: Sendable, Equatable {
    /// Frames a second, 5...120.
    package var rate: Float = 30
    /// The time of the first frame, in 0...1 of the interval.
    package var phase: Float = 0
    /// The standard deviation of each frame's moment, as a share of the interval, 0...0.3.
    package var jitter: Float = 0
    /// The probability that a frame is lost, 0...1.
    package var lostFrames: Float = 0
    /// The probability that a joint is missing in a frame, 0...1.
    package var lostJoints: Float = 0
    /// The standard deviation of every coordinate, meters.
    package var noise: Float = 0

    package init() {}

    /// The walk's last frames as the pose buffer returns them after seeing the walk through this source.
    ///
    /// - Parameters:
    ///   - frames: the number of frames, 2...128; the walk may have more, which the buffer sees first.
    ///   - buffer: is reset first; its settings determine how gaps are bridged.
    /// - Returns: the unchanged walk if the source shows fewer than two frames.
    package func callAsFunction(
        _ gait: Gait, frames: Int, through buffer: inout PoseBuffer, using generator: inout SeededGenerator
    ) -> Gait {
        buffer.reset()
        let interval = Gait.frameRate / min(max(rate, 5), 120)
        let last = Float(gait.frames - 1)
        var place = min(max(phase, 0), 1) * interval
        while place <= last {
            let moment = place + min(max(jitter, 0), 0.3) * interval * generator.normal()
            let pose = pose(of: gait, at: min(max(moment, 0), last), using: &generator)
            if generator.uniform(0...1) >= lostFrames {
                _ = buffer.append(pose, at: Double(min(max(moment, 0), last)) / Double(Gait.frameRate))
            }
            place += interval
        }
        return buffer.gait(frames: frames) ?? gait.slice(start: gait.frames - frames, frames: frames)
    }

    private func pose(of gait: Gait, at place: Float, using generator: inout SeededGenerator) -> Pose {
        let frame = min(Int(place), gait.frames - 1)
        let next = min(frame + 1, gait.frames - 1)
        let share = place - Float(frame)
        var pose = Pose()
        for joint in Joint.allCases {
            let from = gait.position(frame: frame, joint: joint)
            var position = from + (gait.position(frame: next, joint: joint) - from) * share
            if noise > 0 {
                position += noise * SIMD3(generator.normal(), generator.normal(), generator.normal())
            }
            if lostJoints > 0, generator.uniform(0...1) < lostJoints { continue }
            pose[joint] = position
        }
        return pose
    }
}

/// A walk as a robot's camera shows it: its joints in pictures, with an estimator's errors, drawn in space again by a lifter.
///
/// What a lifter draws differs from what sources in three dimensions show. A classifier that never saw it reads the same
/// walk otherwise.
package struct LiftedView: Sendable {
    private let lifter: Lifter
    private let scenes: LifterSceneSource

    /// - Parameter estimators: whose errors are imitated in some of the views.
    /// - Throws: ``ModelError/configuration(_:)`` if a table cannot be used.
    package init(_ lifter: Lifter, imitating estimators: [EstimatorErrors] = []) throws(ModelError) {
        for estimator in estimators { try estimator.validate() }
        var scenes = LifterSceneSource(bodyLength: lifter.configuration.bodyLength)
        (scenes.varies, scenes.estimators) = (false, estimators)
        (self.lifter, self.scenes) = (lifter, scenes)
    }

    private init(copying other: LiftedView) { (lifter, scenes) = (other.lifter.copy(), other.scenes) }

    /// The same view for another thread.
    func copy() -> LiftedView { LiftedView(copying: self) }

    /// What a camera, another one each time, sees of 75 frames of the walk.
    func window(of gait: Gait, using generator: inout SeededGenerator) -> ImageWindow {
        scenes.scene(of: gait, using: &generator).window
    }

    /// The walks that the lifter draws.
    func gaits(of windows: [ImageWindow]) -> [Gait] { lifter.lift(windows).map(\.gait) }
}
