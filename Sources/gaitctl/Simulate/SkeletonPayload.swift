import Gait
import Messaging

/// A skeleton message as a robot publishes it; metres, y up.
struct SkeletonPayload: Encodable {
    /// One body: a missing joint is null.
    struct Body: Encodable {
        let id: String
        let joints: [[Float]?]

        init(id: String, joints: [SIMD3<Float>?]) {
            self.id = id
            self.joints = joints.map { joint in
                joint.map { [$0.x, $0.y, $0.z] }
            }
        }
    }

    let stamp: Double
    let layout: String
    let units = "m"
    let up = "y"
    let frameID = "odom"
    let origin: String
    let bodies: [Body]

    init(stamp: Double, layout: SkeletonLayout, origin: CoordinateOrigin, bodies: [Body]) {
        self.stamp = stamp
        self.layout = layout.rawValue
        self.origin = origin.rawValue
        self.bodies = bodies
    }

    enum CodingKeys: String, CodingKey {
        case stamp, layout, units, up, origin, bodies
        case frameID = "frame_id"
    }
}
