import Gait
import Messaging
import Simulation

/// A skeleton message as a robot publishes it.
struct SkeletonPayload: Encodable {
    /// One body: a missing joint is null, what is nil is left out.
    struct Body: Encodable {
        let id: String?
        let joints: [[Float]?]

        /// - Parameter confidence: Every joint's fourth number; none where it is nil.
        init(id: String?, joints: [SIMD3<Float>?], confidence: Float? = nil) {
            self.id = id
            self.joints = joints.map { joint in
                joint.map { [$0.x, $0.y, $0.z] + (confidence.map { [$0] } ?? []) }
            }
        }
    }

    let stamp: Double?
    let layout: String
    let units: String
    let up: String
    let orientation: [Float]?
    let frameID = "odom"
    let origin: String
    let bodies: [Body]

    init(
        stamp: Double?, layout: SkeletonLayout, origin: CoordinateOrigin, frame: SensorFrame = SensorFrame(),
        bodies: [Body]
    ) {
        self.stamp = stamp
        self.layout = layout.rawValue
        self.origin = origin.rawValue
        units = frame.units.rawValue
        up = frame.up.rawValue
        orientation = frame.orientation.map { [$0.x, $0.y, $0.z, $0.w] }
        self.bodies = bodies
    }

    enum CodingKeys: String, CodingKey {
        case stamp, layout, units, up, orientation, origin, bodies
        case frameID = "frame_id"
    }
}
