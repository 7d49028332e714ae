package import Gait

/// Writes skeleton messages as robots publish them into a buffer that is reused: a benchmark
/// needs thousands of bodies a second, for which an encoder is too slow.
package struct SkeletonPayload {
    private var writer = JSONWriter()
    private var isFirst = true

    package init() {}

    /// What has been written of the message.
    package var bytes: [UInt8] { writer.bytes }

    /// Begins a message.
    ///
    /// - Parameters:
    ///   - stamp: seconds, written so that the same number is read; nil for a robot that sends none.
    ///   - units: those of the joints.
    ///   - up: the axis of the joints that points up.
    ///   - orientation: the unit quaternion [x, y, z, w] to a level frame; nil: none.
    package mutating func begin(
        stamp: Double?, layout: SkeletonLayout, origin: CoordinateOrigin, units: LengthUnit = .metre,
        up: UpAxis = .y, orientation: SIMD4<Float>? = nil
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
        writer.string(units.rawValue)
        writer.text(",\"up\":")
        writer.string(up.rawValue)
        if let orientation {
            writer.text(",\"orientation\":")
            writer.numbers((0..<4).map { Double(orientation[$0]) }, decimals: 6)
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
    package mutating func append(id: String?, written joints: some Sequence<UInt8>) {
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
    package mutating func end() { writer.text("]}") }

    /// A body's joints as they stand in a message, to a tenth of a millimeter; a missing joint is null.
    ///
    /// - Parameter confidence: every joint's fourth number; nil: none.
    package static func written(_ joints: [SIMD3<Float>?], confidence: Float? = nil) -> [UInt8] {
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
