import Gait

/// The field `image` of a skeleton message: the picture that its joints are in.
struct ImageField {
    /// Nil without the field, or with a fault.
    private(set) var geometry: ImageGeometry?
    /// What is wrong with the field; nil if nothing is.
    private(set) var fault: String?

    private enum Name: String {
        case width, height
        case focalLength = "focal_px"
        case tilt = "tilt_deg"
    }

    /// Takes the field's value, and checks it.
    mutating func scan(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(SkeletonRejection) {
        self = ImageField()
        guard scanner.peek(bytes) == UInt8(ascii: "{") else {
            fault = "\"image\" must be an object"
            return try scanner.skipValue(bytes)
        }
        var (width, height): (Float?, Float?)
        var (focalLength, tilt): (Float?, Float?)
        try scanner.open(UInt8(ascii: "{"), bytes)
        while try scanner.nextName(bytes) {
            guard let name = scanner.shortText.flatMap(Name.init(rawValue:)) else {
                try scanner.skipValue(bytes)
                continue
            }
            let byte = scanner.peek(bytes)
            guard SkeletonFields.beginsNumber(byte) else {
                // A null counts as absent.
                if byte != UInt8(ascii: "n") { fault = "\"image.\(name.rawValue)\" must be a number" }
                try scanner.skipValue(bytes)
                continue
            }
            let number = Float(try scanner.number(bytes))
            switch name {
            case .width: width = number
            case .height: height = number
            case .focalLength: focalLength = number
            case .tilt: tilt = number
            }
        }
        guard fault == nil else { return }
        guard let width, let height else {
            fault = "\"image.\((width == nil ? Name.width : .height).rawValue)\" is missing"
            return
        }
        do throws(ImageGeometryError) {
            geometry = try ImageGeometry(
                width: width, height: height, focalLength: focalLength, tilt: tilt)
        } catch {
            fault = "\"image.\(error.rawValue)\" cannot be right"
        }
    }
}
