import Gait
import Messaging

/// Writes skeleton messages as robots publish them, metres, y up, into a buffer that is reused: a benchmark
/// needs thousands of bodies a second, for which an encoder is too slow.
struct SkeletonPayload {
    /// Decimals of a coordinate: tenths of a millimetre.
    private static let decimals = 4

    private var writer = JSONWriter()
    private var bodies = 0

    /// The message, as far as it has been written.
    var bytes: [UInt8] { writer.bytes }

    /// Begins a message.
    ///
    /// - Parameter stamp: seconds, written so that the same number is read.
    mutating func begin(stamp: Double, layout: SkeletonLayout, origin: CoordinateOrigin) {
        writer.reset()
        bodies = 0
        writer.text("{\"stamp\":")
        writer.number(stamp)
        writer.text(",\"layout\":")
        writer.string(layout.rawValue)
        writer.text(",\"units\":\"m\",\"up\":\"y\",\"frame_id\":\"odom\",\"origin\":")
        writer.string(origin.rawValue)
        writer.text(",\"bodies\":[")
    }

    /// Adds a body; a missing joint is null.
    mutating func append(id: String, joints: [SIMD3<Float>?]) {
        beginBody(id: id)
        writer.joints(joints, decimals: Self.decimals)
        writer.text("}")
    }

    /// Adds a body whose joints were written by ``written(_:)``.
    mutating func append(id: String, written joints: some Sequence<UInt8>) {
        beginBody(id: id)
        writer.append(joints)
        writer.text("}")
    }

    /// Ends the message.
    mutating func end() {
        writer.text("]}")
    }

    /// The joints as they stand in a message.
    static func written(_ joints: [SIMD3<Float>?]) -> [UInt8] {
        var writer = JSONWriter()
        writer.joints(joints, decimals: decimals)
        return writer.bytes
    }

    private mutating func beginBody(id: String) {
        if bodies > 0 { writer.text(",") }
        bodies += 1
        writer.text("{\"id\":")
        writer.string(id)
        writer.text(",\"joints\":")
    }
}

extension JSONWriter {
    fileprivate mutating func joints(_ joints: [SIMD3<Float>?], decimals: Int) {
        text("[")
        for (index, joint) in joints.enumerated() {
            if index > 0 { text(",") }
            guard let joint else {
                text("null")
                continue
            }
            text("[")
            number(Double(joint.x), decimals: decimals)
            text(",")
            number(Double(joint.y), decimals: decimals)
            text(",")
            number(Double(joint.z), decimals: decimals)
            text("]")
        }
        text("]")
    }
}
