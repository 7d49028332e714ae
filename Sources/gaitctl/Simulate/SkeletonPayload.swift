import Gait
import Messaging
import Simulation

/// Writes skeleton messages as robots publish them into a buffer that is reused: a benchmark
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
    /// - Parameters:
    ///   - stamp: seconds, written so that the same number is read; nil for a robot that sends none.
    ///   - frame: the units, axes and tilt that the message names; joints are given in them.
    mutating func begin(
        stamp: Double?, layout: SkeletonLayout, origin: CoordinateOrigin, frame: SensorFrame = SensorFrame()
    ) {
        writer.reset()
        bodies = 0
        writer.text("{\"layout\":")
        writer.string(layout.rawValue)
        if let stamp {
            writer.text(",\"stamp\":")
            writer.number(stamp)
        }
        writer.text(",\"units\":")
        writer.string(frame.units.rawValue)
        writer.text(",\"up\":")
        writer.string(frame.up.rawValue)
        if let tilt = frame.orientation {
            writer.text(",\"orientation\":[")
            for index in 0..<4 {
                if index > 0 { writer.text(",") }
                writer.number(Double(tilt[index]), decimals: 6)
            }
            writer.text("]")
        }
        writer.text(",\"frame_id\":\"odom\",\"origin\":")
        writer.string(origin.rawValue)
        writer.text(",\"bodies\":[")
    }

    /// Adds a body; a missing joint is null.
    ///
    /// - Parameters:
    ///   - id: nil for a body without one.
    ///   - confidence: every joint's fourth number; none where it is nil.
    mutating func append(id: String?, joints: [SIMD3<Float>?], confidence: Float? = nil) {
        beginBody(id: id)
        writer.joints(joints, decimals: Self.decimals, confidence: confidence)
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

    private mutating func beginBody(id: String?) {
        if bodies > 0 { writer.text(",") }
        bodies += 1
        writer.text("{")
        if let id {
            writer.text("\"id\":")
            writer.string(id)
            writer.text(",")
        }
        writer.text("\"joints\":")
    }
}

extension JSONWriter {
    fileprivate mutating func joints(
        _ joints: [SIMD3<Float>?], decimals: Int, confidence: Float? = nil
    ) {
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
            if let confidence {
                text(",")
                number(Double(confidence), decimals: 3)
            }
            text("]")
        }
        text("]")
    }
}
