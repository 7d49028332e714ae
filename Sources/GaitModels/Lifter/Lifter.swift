package import Foundation
package import Gait
import NeuralNetwork
import Synchronization

/// A window as the lifter draws it in space.
package struct LiftedWindow: Sendable, Equatable {
    /// 75 frames, the root at the origin, meters of a typical body: x to the right of the picture, y up against gravity, z
    /// toward the camera.
    package let gait: Gait
    /// How far the camera looks down, degrees.
    package let tilt: Float

    package init(gait: Gait, tilt: Float) { (self.gait, self.tilt) = (gait, tilt) }
}

/// A loaded lifter: windows of joints in pictures in, gaits out.
///
/// Calls from several threads wait for each other: the network keeps its intermediate tensors.
package final class Lifter: Sendable {
    /// The model's description.
    package let description: ModelDescription
    /// The model's identity.
    package let card: ModelCard
    let configuration: LifterConfiguration
    private let workspace: Mutex<Workspace>
    /// The windows of one pass: more gain nothing, and need memory.
    private static let batch = 16

    /// The network and its input.
    private struct Workspace {
        let network: LifterNetwork
        let input = Tensor()
    }

    /// Reads a model file.
    ///
    /// - Throws: ``ModelError`` if the file is damaged, no lifter, or its tensors do not fit its configuration.
    package convenience init(contentsOf url: URL) throws {
        let file = try ModelFile(contentsOf: url.path(percentEncoded: false))
        try self.init(file.model, path: file.path, sha256: file.sha256)
    }

    /// - Parameters:
    ///   - path: the model's name in errors.
    ///   - sha256: of the file it came from; empty for a model that was never written.
    package init(_ model: TrainedModel, path: String = "model", sha256: String = "") throws(ModelError) {
        try model.description.validate()
        guard let configuration = model.description.lifter else {
            throw .unknownModel(path: path, reason: "it is not a lifter")
        }
        description = model.description
        self.configuration = configuration
        card = ModelCard(
            name: description.name, version: description.version, sha256: sha256, labels: description.labels,
            training: description.training)
        workspace = Mutex(
            Workspace(
                network: try LifterFile.network(SafeTensors(model.tensors, path: path), configuration)))
        // In a damaged file, finite weights can still overflow, and a variance can be negative.
        guard workspace.withLock({ Self.output(of: [Self.emptyWindow], $0).allSatisfy(\.isFinite) }) else {
            throw .unknownModel(path: path, reason: "its weights do not give finite gaits")
        }
    }

    /// The same lifter for another thread, which does not wait for this one.
    func copy() -> Lifter { Lifter(copying: self) }

    private init(copying other: Lifter) {
        (description, card, configuration) = (other.description, other.card, other.configuration)
        var generator = SeededGenerator(seed: 0)
        let network = LifterNetwork(configuration, blank: true, using: &generator)
        network.store.snapshot = other.workspace.withLock { $0.network.store.snapshot }
        workspace = Mutex(Workspace(network: network))
    }

    /// A window in which nothing was seen.
    private static let emptyWindow = ImageWindow(
        rays: Array(repeating: .zero, count: Gait.windowFrames * LifterJoints.count),
        confidences: Array(repeating: 0, count: Gait.windowFrames * LifterJoints.count), start: 0, end: 0,
        coverage: 0)

    /// Lifts windows. Whatever they hold, the gaits are finite.
    package func lift(_ windows: [ImageWindow]) -> [LiftedWindow] {
        workspace.withLock { workspace in
            stride(from: 0, to: windows.count, by: Self.batch).flatMap { start in
                let part = Array(windows[start..<min(start + Self.batch, windows.count)])
                return Self.drawn(Self.output(of: part, workspace), count: part.count)
            }
        }
    }

    /// The network's output `[40, N, 1, 75]`.
    private static func output(of windows: [ImageWindow], _ workspace: Workspace) -> [Float] {
        DenormalNumbers.flushed {
            LifterInput.encode(windows, into: workspace.input)
            return workspace.network(workspace.input, training: false).values
        }
    }

    private static func drawn(_ output: [Float], count: Int) -> [LiftedWindow] {
        let frames = Gait.windowFrames
        return (0..<count).map { window in
            /// One of the output's channels in a frame of the window.
            func value(_ channel: Int, _ frame: Int) -> Float {
                output[(channel * count + window) * frames + frame]
            }
            let gait = LiftedBody.gait { frame, joint in
                LifterNetwork.coordinateUnit
                    * SIMD3(
                        value(3 * joint, frame), value(3 * joint + 1, frame), value(3 * joint + 2, frame))
            }
            let tilt = (0..<frames).reduce(0) { $0 + value(LifterJoints.coordinates, $1) } / Float(frames)
            return LiftedWindow(gait: gait, tilt: LifterNetwork.tiltUnit * tilt)
        }
    }
}

/// A whole body from the 13 joints of pictures.
enum LiftedBody {
    /// The gait of 75 frames with the root, midway between the hips, at the origin; spine and neck lie between the limbs.
    ///
    /// - Parameter place: where a joint, by its place in ``ImageWindow/joints``, is in a frame.
    static func gait(_ place: (_ frame: Int, _ joint: Int) -> SIMD3<Float>) -> Gait {
        var gait = Gait(
            validated: Array(repeating: 0, count: Gait.windowFrames * Gait.valuesPerFrame))
        for frame in 0..<Gait.windowFrames {
            let root = (place(frame, LifterJoints.leftHip) + place(frame, LifterJoints.rightHip)) / 2
            for (index, joint) in ImageWindow.joints.enumerated() {
                gait.set(place(frame, index) - root, frame: frame, joint: joint)
            }
        }
        return JointNormalization.limbs.apply(to: gait)
    }
}

extension LiftedWindow {
    /// The same window by a camera that is known to look down by `tilt` degrees: the network's estimate is off by one to two.
    package func leveled(_ tilt: Float) -> LiftedWindow {
        let error = (tilt - self.tilt) * .pi / 180
        let (cosine, sine) = (cos(error), sin(error))
        var level = gait
        for frame in 0..<gait.frames {
            for joint in Joint.allCases {
                let place = gait.position(frame: frame, joint: joint)
                level.set(
                    SIMD3(place.x, cosine * place.y + sine * place.z, cosine * place.z - sine * place.y),
                    frame: frame, joint: joint)
            }
        }
        return LiftedWindow(gait: level, tilt: tilt)
    }

    /// The distances along the optical axis that are believed, meters.
    private static let plausibleDepth: ClosedRange<Float> = 0.2...200

    /// Where the root is at the window's end, in the camera's frame: meters, x right, y down, z forward.
    ///
    /// A body of known size is as far away as it looks small: of all places, the one at which the lifted joints come
    /// nearest to the rays that were seen, by least squares. The rays must be those of a known focal length.
    ///
    /// - Parameter seen: the window that was lifted.
    /// - Returns: nil if too little was seen in the last frame.
    package func rootPosition(seen: ImageWindow) -> SIMD3<Float>? {
        let frame = Gait.windowFrames - 1
        let start = frame * ImageWindow.joints.count
        let root = gait.position(frame: frame, joint: .root)
        // With the root at p, a joint at p + offset is seen along ray: p.xy + offset.xy = ray * (p.z + offset.z). So
        // p.xy = ray * p.z - rest, with rest = offset.xy - ray * offset.z: a straight line through the joints.
        var points: [(weight: Float, ray: SIMD2<Float>, rest: SIMD2<Float>)] = []
        for (column, joint) in ImageWindow.joints.enumerated() {
            let weight = seen.confidences[start + column]
            guard weight > 0 else { continue }
            let offset = inCamera(gait.position(frame: frame, joint: joint) - root)
            let ray = seen.rays[start + column]
            points.append((weight, ray, SIMD2(offset.x, offset.y) - ray * offset.z))
        }
        let total = points.reduce(0) { $0 + $1.weight }
        guard points.count > 2, total > 0 else { return nil }
        let ray = points.reduce(SIMD2<Float>.zero) { $0 + $1.ray * $1.weight } / total
        let rest = points.reduce(SIMD2<Float>.zero) { $0 + $1.rest * $1.weight } / total
        var (along, square): (Float, Float) = (0, 0)
        for point in points {
            let change = point.ray - ray
            along += point.weight * (change * (point.rest - rest)).sum()
            square += point.weight * (change * change).sum()
        }
        guard square > 0 else { return nil }
        let depth = along / square
        guard Self.plausibleDepth.contains(depth) else { return nil }
        let place = ray * depth - rest
        return SIMD3(place.x, place.y, depth)
    }

    /// A vector of the lifted gait in the camera's frame.
    private func inCamera(_ vector: SIMD3<Float>) -> SIMD3<Float> {
        let (down, ahead) = (-vector.y, -vector.z)
        let (cosine, sine) = (cos(tilt * .pi / 180), sin(tilt * .pi / 180))
        return SIMD3(vector.x, cosine * down - sine * ahead, cosine * ahead + sine * down)
    }
}
