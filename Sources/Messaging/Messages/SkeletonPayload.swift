package import Gait

/// Writes skeleton messages, as robots publish them, into a reused buffer: a benchmark needs thousands of bodies a
/// second, too many for an encoder.
package struct SkeletonPayload {
    private var writer = JSONWriter()

    package init() {}

    /// The bytes written since ``begin(stamp:layout:origin:units:up:orientation:frameID:)``.
    package var bytes: [UInt8] { writer.bytes }

    /// Begins a message.
    ///
    /// - Parameters:
    ///   - stamp: seconds, written so that the same number is read; nil for a robot that sends none.
    ///   - units: those of the joints.
    ///   - up: the axis of the joints that points up.
    ///   - orientation: the unit quaternion [x, y, z, w] to a level frame; nil: none.
    ///   - frameID: the name of the joints' frame; nil: none.
    ///   - image: the picture that keypoints are in, whose unit is the pixel; nil for joints in three dimensions.
    package mutating func begin(
        stamp: Double?, layout: SkeletonLayout, origin: CoordinateOrigin, units: LengthUnit = .metre,
        up: UpAxis = .y, orientation: SIMD4<Float>? = nil, frameID: String? = "odom",
        image: ImageGeometry? = nil
    ) {
        writer.reset()
        writer.text("{")
        writer.field("layout", layout.rawValue)
        if let stamp { writer.field("stamp", stamp) }
        if let image {
            write(image)
        } else {
            writer.field("units", units.rawValue)
            writer.field("up", up.rawValue)
        }
        if let orientation {
            writer.field("orientation", (0..<4).map { JSONDecimal(orientation[$0], decimals: 6) })
        }
        if let frameID { writer.field("frame_id", frameID) }
        writer.field("origin", origin.rawValue)
        writer.text(",\"bodies\":[")
    }

    private mutating func write(_ image: ImageGeometry) {
        writer.field("units", "px")
        writer.field(
            "image",
            [
                "width": Double(image.width), "height": Double(image.height),
                "focal_px": image.focalLength.map(Double.init), "tilt_deg": image.tilt.map(Double.init),
            ].compactMapValues(\.self))
    }

    /// Adds a body.
    ///
    /// - Parameters:
    ///   - id: nil for a body without one.
    ///   - joints: from ``written(_:dimensions:confidence:)``.
    package mutating func append(id: String?, written joints: some Sequence<UInt8>) {
        writer.separate()
        writer.object { json in
            if let id { json.field("id", id) }
            json.field("joints", JSONText(bytes: joints))
        }
    }

    package mutating func end() { writer.text("]}") }

    /// A body's joints as they stand in a message, to a tenth of a millimeter; a missing joint is null.
    ///
    /// - Parameters:
    ///   - dimensions: how many coordinates are sent: 2 of keypoints.
    ///   - confidence: every joint's last number; nil: none.
    package static func written(
        _ joints: [SIMD3<Float>?], dimensions: Int = 3, confidence: Float? = nil
    ) -> [UInt8] {
        var writer = JSONWriter()
        joints.map { joint -> [JSONDecimal]? in
            guard let joint else { return nil }
            let numbers = (0..<dimensions).map { joint[$0] } + (confidence.map { [$0] } ?? [])
            return numbers.map { JSONDecimal($0, decimals: 4) }
        }.write(to: &writer)
        return writer.bytes
    }
}

/// A number that is written with a fixed number of decimals.
private struct JSONDecimal: JSONWritable {
    let value: Double
    let decimals: Int

    init(_ value: Float, decimals: Int) {
        (self.value, self.decimals) = (Double(value), decimals)
    }

    func write(to writer: inout JSONWriter) { writer.number(value, decimals: decimals) }
}

/// Bytes that are JSON already.
private struct JSONText<Bytes: Sequence<UInt8>>: JSONWritable {
    let bytes: Bytes

    func write(to writer: inout JSONWriter) { writer.append(bytes) }
}
