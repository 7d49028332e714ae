import Foundation
package import Gait
package import NeuralNetwork

/// What the lifter's network sees of a window: 44 numbers a frame. Training and inference share it.
///
/// | channels | what |
/// |---|---|
/// | 0..<26 | x and y of the 13 joints from the middle of the hips, in median apparent torsos |
/// | 26..<39 | the joints' confidences |
/// | 39 | 1 if hips and shoulders were seen in the frame |
/// | 40, 41 | the ray to the middle of the hips |
/// | 42 | the logarithm of the frame's apparent torso over the window's median |
/// | 43 | the logarithm of that median |
///
/// Without the last four the network cannot tell an approach from walking on the spot.
package enum LifterInput {
    package static let channels = 44
    /// The farthest that a joint counts from the hips, apparent torsos.
    private static let reach: Float = 6
    /// The largest tangent of a ray to the hips.
    private static let widest: Float = 3
    /// Torsos below this are noise, tangents: a person 250 m away.
    private static let leastTorso: Float = 0.002
    /// The torso that is assumed where none was seen: a person 3 m away.
    private static let usualTorso: Float = 0.17

    /// Writes windows into a tensor `[44, N, 1, 75]`. Every number is finite, whatever the windows hold.
    package static func encode(_ windows: [ImageWindow], into tensor: Tensor) {
        tensor.reshape(
            to: Shape(channels: channels, batch: windows.count, joints: 1, frames: Gait.windowFrames))
        tensor.withValues { values in
            for (index, window) in windows.enumerated() {
                encode(window, into: values, at: index * Gait.windowFrames, stride: tensor.shape.columns)
            }
        }
    }

    /// - Parameters:
    ///   - start: Where the window's frames begin in each channel.
    ///   - stride: From one channel to the next.
    private static func encode(
        _ window: ImageWindow, into values: UnsafeMutableBufferPointer<Float>, at start: Int, stride: Int
    ) {
        let count = LifterJoints.count
        var frames: [FrameGeometry] = []
        frames.reserveCapacity(Gait.windowFrames)
        for frame in 0..<Gait.windowFrames { frames.append(FrameGeometry(window, frame)) }
        let seen = frames.compactMap { $0.isComplete && $0.torso > leastTorso ? $0.torso : nil }
        let torso = seen.isEmpty ? usualTorso : median(seen)
        for frame in 0..<Gait.windowFrames {
            let geometry = frames[frame]
            func set(_ channel: Int, _ value: Float) { values[channel * stride + start + frame] = value }
            for joint in 0..<count {
                let place = frame * count + joint
                let ray = window.rays[place]
                let isSeen = FrameGeometry.isFinite(ray)
                let offset = isSeen ? (ray - geometry.hips) / torso : .zero
                set(2 * joint, min(max(offset.x, -reach), reach))
                set(2 * joint + 1, min(max(offset.y, -reach), reach))
                let confidence = window.confidences[place]
                set(2 * count + joint, isSeen && confidence > 0 ? min(confidence, 1) : 0)
            }
            set(39, geometry.isComplete ? 1 : 0)
            set(40, min(max(geometry.hips.x, -widest), widest))
            set(41, min(max(geometry.hips.y, -widest), widest))
            set(42, geometry.torso > leastTorso ? min(max(log(geometry.torso / torso), -2), 2) : 0)
            set(43, min(max(log(torso), -6), 2))
        }
    }

    /// The middle of the hips and the apparent torso of a frame, tangents.
    private struct FrameGeometry {
        var hips = SIMD2<Float>.zero
        var torso: Float = 0
        /// Whether hips and shoulders were seen.
        var isComplete = false

        init(_ window: ImageWindow, _ frame: Int) {
            let start = frame * LifterJoints.count
            let ends = [
                LifterJoints.leftHip, LifterJoints.rightHip, LifterJoints.leftShoulder,
                LifterJoints.rightShoulder,
            ]
            guard ends.allSatisfy({ Self.isFinite(window.rays[start + $0]) }) else { return }
            hips = window.hips(frame: frame)
            torso = window.trunk(frame: frame).length
            isComplete = ends.allSatisfy { window.confidences[start + $0] > 0 }
        }

        /// Whether the ray is a number, and not absurdly far to the side.
        static func isFinite(_ ray: SIMD2<Float>) -> Bool { abs(ray.x) < 1e4 && abs(ray.y) < 1e4 }
    }
}
