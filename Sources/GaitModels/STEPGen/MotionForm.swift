import Foundation
import Gait

/// The form in which a generator reads and writes a gait: 48 values per frame, in a gait's order.
package enum MotionForm: String, Codable, Sendable {
    /// Positions relative to the root, as the view normalization of the released models has them. Where the walk
    /// leads is lost, and so is the size of the body.
    case positions
    /// Each joint's bone from its parent, meters, turned in every frame so that the walker faces along z, see
    /// `Heading`; for the root its turning rate, its height and its forward velocity, see ``rootScale``.
    case bones

    /// The factor for the root's velocity (meters per second) and turning rate (radians per second), so that an error
    /// of a tenth of these counts as much as 2.5 cm in a joint's position.
    static let rootScale: Float = 0.25

    /// The values of a gait, `[T, 48]`.
    func encode(_ gait: Gait) -> [Float] {
        switch self {
        case .positions: ViewNormalization.referencePose.apply(to: gait).coordinates
        case .bones: Self.bones(gait)
        }
    }

    private static func bones(_ gait: Gait) -> [Float] {
        let heading = Heading(gait)
        let rates = heading.rates
        var ahead = gait
        ahead.turn(by: heading.angles)
        var values = ahead.coordinates
        for frame in 0..<gait.frames {
            for joint in Joint.allCases {
                guard let parent = joint.parent else { continue }
                let bone =
                    ahead.position(frame: frame, joint: joint)
                    - ahead.position(frame: frame, joint: parent)
                put(bone, frame: frame, joint: joint, into: &values)
            }
            // The first frame has the second one's velocity.
            let later = min(max(frame, 1), gait.frames - 1)
            let step =
                gait.position(frame: later, joint: .root)
                - gait.position(frame: max(later - 1, 0), joint: .root)
            let angle = heading.angles[frame]
            let speed = (cos(angle) * step.z - sin(angle) * step.x) * Gait.frameRate
            let height = gait.position(frame: frame, joint: .root).y
            put(
                SIMD3(rates[frame] * rootScale, height, speed * rootScale), frame: frame, joint: .root,
                into: &values)
        }
        return values
    }

    private static func put(
        _ vector: SIMD3<Float>, frame: Int, joint: Joint, into values: inout [Float]
    ) {
        let place = frame * Gait.valuesPerFrame + joint.rawValue * 3
        (values[place], values[place + 1], values[place + 2]) = (vector.x, vector.y, vector.z)
    }

    /// The gait for the values, in meters, walking over the ground from the origin.
    ///
    /// Bones get their mean length in every frame. A gait of positions gets the size of the training gaits. In both
    /// cases the standing foot determines the path, because sliding feet give a synthetic walk away; the network's
    /// root determines height and turning.
    ///
    /// - Parameter unit: the meters of a length of 1; only positions need it.
    func decode(_ values: [Float], unit: Float) throws(GaitError) -> Gait {
        switch self {
        case .positions:
            try Gait(coordinates: values.map { $0 * unit }).steppingOnGround()
        case .bones:
            try Self.turned(Gait(coordinates: Self.positions(values)), as: values)
                .steppingOnGround(keepingHeight: true)
        }
    }

    /// A gait that faces along z all the time, turned as the root's values say.
    private static func turned(_ gait: Gait, as values: [Float]) -> Gait {
        var angle: Float = 0
        var turned = gait
        turned.turn(
            by: (0..<gait.frames).map { frame in
                if frame > 0 { angle -= values[frame * Gait.valuesPerFrame] / (rootScale * Gait.frameRate) }
                return angle
            })
        return turned
    }

    private static func positions(_ values: [Float]) -> [Float] {
        let frames = values.count / Gait.valuesPerFrame
        func vector(_ frame: Int, _ joint: Joint) -> SIMD3<Float> {
            let place = frame * Gait.valuesPerFrame + joint.rawValue * 3
            return SIMD3(values[place], values[place + 1], values[place + 2])
        }
        let lengths = Joint.allCases.map { joint in
            (0..<frames).reduce(0) { $0 + vector($1, joint).length } / Float(max(frames, 1))
        }
        var positions = values
        for frame in 0..<frames {
            // On the spot: the standing foot determines the path.
            let root = SIMD3(0, vector(frame, .root).y, 0)
            var places = InlineArray<16, SIMD3<Float>>(repeating: root)
            for joint in Joint.allCases {
                if let parent = joint.parent {
                    let bone = vector(frame, joint)
                    let scale = lengths[joint.rawValue] / max(bone.length, 1e-6)
                    places[joint.rawValue] = places[parent.rawValue] + bone * scale
                }
                put(places[joint.rawValue], frame: frame, joint: joint, into: &positions)
            }
        }
        return positions
    }
}

/// The means and deviations of a motion's 48 values over gaits and their mirror images, and the bodies' size.
struct MotionStatistics {
    /// `[48]`, joint by joint.
    let mean: [Float]
    /// `[48]`; at least a millimeter, so that constant values can be scaled too.
    let deviation: [Float]
    /// The meters of a length of 1 where the motion is one of positions.
    let unit: Float

    init(_ gaits: [Gait], motion: MotionForm) {
        var sums = [Double](repeating: 0, count: Gait.valuesPerFrame)
        var squares = sums
        var frames = 0.0
        for gait in gaits.flatMap({ [$0, $0.mirrored()] }) {
            for (index, value) in motion.encode(gait).enumerated() {
                sums[index % Gait.valuesPerFrame] += Double(value)
                squares[index % Gait.valuesPerFrame] += Double(value) * Double(value)
            }
            frames += Double(gait.frames)
        }
        let means = sums.map { $0 / max(frames, 1) }
        mean = means.map { Float($0) }
        deviation = zip(squares, means).map { square, mean in
            Float(max(square / max(frames, 1) - mean * mean, 1e-6).squareRoot())
        }
        let scales = gaits.map { ViewNormalization.referencePoseTransform(of: $0).scale }.filter { $0 > 0 }
        let size = scales.reduce(0) { $0 + 1 / $1 } / Double(max(scales.count, 1))
        unit = motion == .positions && size > 0 ? Float(size) : 1
    }
}
