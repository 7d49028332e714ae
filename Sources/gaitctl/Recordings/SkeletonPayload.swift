import Gait
import Messaging
import Simulation

/// Writes skeleton messages as robots publish them into a buffer that is reused: a benchmark
/// needs thousands of bodies a second, for which an encoder is too slow.
struct SkeletonPayload {
    private var writer = JSONWriter()
    private var isFirst = true

    /// What has been written of the message.
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
        isFirst = true
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
            writer.text(",\"orientation\":")
            writer.numbers((0..<4).map { Double(tilt[$0]) }, decimals: 6)
        }
        writer.text(",\"frame_id\":\"odom\",\"origin\":")
        writer.string(origin.rawValue)
        writer.text(",\"bodies\":[")
    }

    /// Adds a body.
    ///
    /// - Parameters:
    ///   - id: nil for a body without one.
    ///   - joints: from ``written(_:confidence:)``.
    mutating func append(id: String?, written joints: some Sequence<UInt8>) {
        writer.text(isFirst ? "{" : ",{")
        isFirst = false
        if let id {
            writer.text("\"id\":")
            writer.string(id)
            writer.text(",")
        }
        writer.text("\"joints\":")
        writer.append(joints)
        writer.text("}")
    }

    /// Ends the message.
    mutating func end() { writer.text("]}") }

    /// A body's joints as they stand in a message, to a tenth of a millimeter; a missing joint is null.
    ///
    /// - Parameter confidence: every joint's fourth number; nil: none.
    static func written(_ joints: [SIMD3<Float>?], confidence: Float? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.text("[")
        for (index, joint) in joints.enumerated() {
            if index > 0 { writer.text(",") }
            guard let joint else {
                writer.text("null")
                continue
            }
            let (x, y, z) = (Double(joint.x), Double(joint.y), Double(joint.z))
            writer.numbers([x, y, z] + (confidence.map { [Double($0)] } ?? []), decimals: 4)
        }
        writer.text("]")
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func numbers(_ numbers: [Double], decimals: Int) {
        text("[")
        for (index, number) in numbers.enumerated() {
            if index > 0 { text(",") }
            self.number(number, decimals: decimals)
        }
        text("]")
    }
}

extension SimulatedScene {
    /// Each robot's message at a time in seconds since the scene began, in the order of the robots. A robot that sees
    /// no people sends a message without bodies.
    ///
    /// - Parameter stamp: the moment of acquisition by the robots' clocks; nil if they send none.
    mutating func messages(at time: Double, stamp: Double?) -> [(robot: String, payload: [UInt8])] {
        var payload = SkeletonPayload()
        return bodies(at: time).map { robot, bodies in
            payload.begin(
                stamp: stamp, layout: options.layout, origin: options.isRelativeToRoot ? .root : .world,
                frame: options.frame)
            for body in bodies {
                payload.append(
                    id: body.id, written: SkeletonPayload.written(body.joints, confidence: options.confidence)
                )
            }
            payload.end()
            return (robot, payload.bytes)
        }
    }
}
