import Gait

/// The fields of a skeleton message as sent, in any order, in reused storage: decoding allocates nothing once a
/// source's ids and frame name are known.
///
/// Joints stay in the sender's unit and axes, because `units` and `up` may follow `bodies`.
struct SkeletonFields {
    static let maximumBodies = 64
    /// More than any layout has; further joints are counted but not kept.
    static let maximumJoints = 64
    private static let maximumIdentifierBytes = 64

    /// One body as it was sent.
    struct RawBody {
        /// The first fault found in it.
        var fault: RejectionReason?
        /// Bytes of its id in `identifiers`; nil without an id.
        var identifierCount: Int?
        /// Joints sent; nil without `joints`.
        var jointCount: Int?
        /// Whether a joint has two numbers, as in a picture, or four, as only in space.
        var hasPairs = false
        var hasQuadruples = false

        mutating func reject(_ reason: RejectionReason) {
            if fault == nil { fault = reason }
        }
    }

    /// The message's own field names.
    enum Name: String {
        case stamp, layout, units, up, origin, orientation, image, bodies
        case frameID = "frame_id"
    }

    /// A body's field names.
    private enum BodyName: String {
        case id, joints
    }

    private(set) var stamp: Double?
    private(set) var layout: SkeletonLayout?
    var units: LengthUnit { lengthUnit ?? .metre }
    var imageUnits: ImageUnit { imageUnit ?? .pixel }
    private(set) var up = UpAxis.y
    private(set) var origin = CoordinateOrigin.world
    private(set) var frameID: String?
    private(set) var orientation: SIMD4<Float>?
    /// The picture that the joints are in; nil unless the origin is one.
    var image: ImageGeometry? { origin == .image ? picture.geometry : nil }
    private(set) var bodies: [RawBody] = []

    /// What `units` names; at most one of the two.
    private var lengthUnit: LengthUnit?
    private var imageUnit: ImageUnit?
    private var picture = ImageField()

    private var scanner = JSONScanner()
    /// The last frame's name, so that a repeated name needs no new string.
    private var knownFrameID: String?
    private var joints = [SIMD3<Float>](repeating: .zero, count: maximumBodies * maximumJoints)
    private var identifiers = [UInt8](repeating: 0, count: maximumBodies * maximumIdentifierBytes)
    /// The first fault that rejects the whole message although it is valid JSON.
    private var fault: SkeletonRejection?
    private var seen: [Name] = []

    init() {
        bodies.reserveCapacity(Self.maximumBodies)
        seen.reserveCapacity(8)
    }

    /// A joint in the sender's unit and axes; nil if it is missing. In a picture, z is the confidence, NaN if there is none.
    func joint(_ joint: Int, of body: Int) -> SIMD3<Float>? {
        let position = joints[body * Self.maximumJoints + joint]
        return position.x.isNaN ? nil : position
    }

    /// The bytes of a body's id.
    func identifier(of body: Int) -> ArraySlice<UInt8> {
        let start = body * Self.maximumIdentifierBytes
        return identifiers[start..<start + (bodies[body].identifierCount ?? 0)]
    }

    // MARK: - The message

    /// Reads a payload. Checks it to its end, so that a fault of the JSON takes precedence over any other; only too many
    /// bodies, and too deep nesting, end it at once. A byte order mark before it and a NUL after it are no part of it.
    mutating func scan(_ payload: Span<UInt8>) throws(SkeletonRejection) {
        reset()
        let endsWithNUL = payload.count > 0 && payload[payload.count - 1] == 0
        let bytes = payload.extracting(droppingLast: endsWithNUL ? 1 : 0)
        scanner.skipByteOrderMark(bytes)
        guard scanner.peek(bytes) == UInt8(ascii: "{") else {
            try scanner.skipValue(bytes)
            try scanner.takeEnd(bytes)
            throw SkeletonRejection(.notAnObject, at: 0)
        }
        try scanner.open(UInt8(ascii: "{"), bytes)
        while try scanner.nextName(bytes) {
            guard let name = scanner.shortText.flatMap(Name.init(rawValue:)) else {
                try scanner.skipValue(bytes)
                continue
            }
            if seen.contains(name) { reject(.duplicateField) }
            seen.append(name)
            try scan(name, bytes)
        }
        try scanner.takeEnd(bytes)
        if fault == nil, layout == nil { reject(.missingLayout) }
        if fault == nil, !seen.contains(.bodies) { reject(.missingBodies) }
        if fault == nil { checkOrigin() }
        if let fault { throw fault }
    }

    private mutating func reset() {
        scanner.reset()
        stamp = nil
        layout = nil
        (lengthUnit, imageUnit) = (nil, nil)
        picture = ImageField()
        up = .y
        origin = .world
        frameID = nil
        orientation = nil
        bodies.removeAll(keepingCapacity: true)
        fault = nil
        seen.removeAll(keepingCapacity: true)
    }

    private mutating func reject(_ reason: RejectionReason, detail: String? = nil) {
        if fault == nil { fault = SkeletonRejection(reason, at: scanner.position, detail: detail) }
    }

    /// Checks what belongs to an origin, whatever the order of the fields.
    private mutating func checkOrigin() {
        guard origin == .image else {
            if let imageUnit {
                reject(
                    .mismatchedUnits,
                    detail: "units \(imageUnit.rawValue) with origin \(origin.rawValue)")
            }
            return
        }
        if let lengthUnit {
            reject(.mismatchedUnits, detail: "units \(lengthUnit.rawValue) with origin image")
        } else if let fault = picture.fault {
            reject(.invalidImage, detail: fault)
        } else if picture.geometry == nil {
            reject(.missingImage)
        }
    }

    /// Skips a value that is not of its field's type.
    private mutating func rejectType(
        of name: Name, _ type: StaticString, _ bytes: Span<UInt8>
    ) throws(SkeletonRejection) {
        reject(.illTypedField, detail: "\"\(name.rawValue)\" must be \(type)")
        try scanner.skipValue(bytes)
    }

    private mutating func scan(_ name: Name, _ bytes: Span<UInt8>) throws(SkeletonRejection) {
        // An optional field that is null counts as absent.
        let isNull = scanner.peek(bytes) == UInt8(ascii: "n")
        if isNull, name != .layout, name != .bodies { return try scanner.skipValue(bytes) }
        switch name {
        case .stamp: try scanStamp(bytes)
        case .layout:
            layout = try choice(name, SkeletonLayout.init(rawValue:), otherwise: .unknownLayout, bytes)
        case .units: try scanUnits(bytes)
        case .up: up = try choice(name, UpAxis.init(rawValue:), otherwise: .unknownUp, bytes) ?? .y
        case .origin:
            origin =
                try choice(name, CoordinateOrigin.init(rawValue:), otherwise: .unknownOrigin, bytes) ?? .world
        case .frameID: try scanFrameID(bytes)
        case .orientation: try scanOrientation(bytes)
        case .image: try picture.scan(&scanner, bytes)
        case .bodies: try scanBodies(bytes)
        }
    }

    private mutating func choice<Value>(
        _ name: Name, _ value: (String) -> Value?, otherwise reason: RejectionReason, _ bytes: Span<UInt8>
    ) throws(SkeletonRejection) -> Value? {
        guard scanner.peek(bytes) == UInt8(ascii: "\"") else {
            try rejectType(of: name, "a string", bytes)
            return nil
        }
        try scanner.string(bytes)
        let chosen = scanner.shortText.flatMap(value)
        if chosen == nil { reject(reason) }
        return chosen
    }

    private mutating func scanUnits(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        guard scanner.peek(bytes) == UInt8(ascii: "\"") else {
            return try rejectType(of: .units, "a string", bytes)
        }
        try scanner.string(bytes)
        let name = scanner.shortText
        lengthUnit = name.flatMap(LengthUnit.init(rawValue:))
        imageUnit = name.flatMap(ImageUnit.init(rawValue:))
        if lengthUnit == nil, imageUnit == nil { reject(.unknownUnits) }
    }

    private mutating func scanStamp(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        guard Self.beginsNumber(scanner.peek(bytes)) else {
            return try rejectType(of: .stamp, "a number", bytes)
        }
        let seconds = try scanner.number(bytes)
        // Milliseconds and nanoseconds since 1970 pass: their rate tells them apart later.
        guard (0...1e19).contains(seconds) else { return reject(.invalidStamp) }
        stamp = seconds
    }

    private mutating func scanFrameID(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        guard scanner.peek(bytes) == UInt8(ascii: "\"") else {
            return try rejectType(of: .frameID, "a string", bytes)
        }
        try scanner.string(bytes)
        guard scanner.text.count < JSONScanner.maximumTextBytes else { return reject(.invalidFrameID) }
        if knownFrameID?.utf8.elementsEqual(scanner.text) != true {
            knownFrameID = String(decoding: scanner.text, as: UTF8.self)
        }
        frameID = knownFrameID
    }

    private mutating func scanOrientation(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        guard scanner.peek(bytes) == UInt8(ascii: "[") else {
            reject(.invalidOrientation)
            return try scanner.skipValue(bytes)
        }
        let (numbers, count, content) = try scanNumbers(bytes)
        let quaternion = SIMD4<Float>(numbers)
        let norm = (numbers * numbers).sum().squareRoot()
        // Senders round, but a quaternion far from unit length is not a rotation.
        guard content == .numbers, count == 4, (0.9...1.1).contains(norm) else {
            return reject(.invalidOrientation)
        }
        orientation = quaternion / Float(norm)
    }

    // MARK: - Bodies

    private mutating func scanBodies(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        bodies.removeAll(keepingCapacity: true)
        guard scanner.peek(bytes) == UInt8(ascii: "[") else {
            return try rejectType(of: .bodies, "an array", bytes)
        }
        try scanner.open(UInt8(ascii: "["), bytes)
        while try scanner.next(closing: UInt8(ascii: "]"), bytes) {
            guard bodies.count < Self.maximumBodies else {
                throw SkeletonRejection(.tooManyBodies, at: scanner.position)
            }
            try scanBody(bytes)
        }
    }

    private mutating func scanBody(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        var body = RawBody()
        defer { bodies.append(body) }
        guard scanner.peek(bytes) == UInt8(ascii: "{") else {
            body.reject(.illTypedBody)
            return try scanner.skipValue(bytes)
        }
        try scanner.open(UInt8(ascii: "{"), bytes)
        var seenID = false
        while try scanner.nextName(bytes) {
            switch scanner.shortText.flatMap(BodyName.init(rawValue:)) {
            case .id:
                if seenID { body.reject(.duplicateField) }
                seenID = true
                try scanIdentifier(of: &body, bytes)
            case .joints:
                if body.jointCount != nil { body.reject(.duplicateField) }
                try scanJoints(of: &body, bytes)
            case nil:
                try scanner.skipValue(bytes)
            }
        }
        if body.jointCount == nil { body.reject(.missingJoints) }
    }

    private mutating func scanIdentifier(
        of body: inout RawBody, _ bytes: Span<UInt8>
    ) throws(SkeletonRejection) {
        let byte = scanner.peek(bytes)
        if byte == UInt8(ascii: "\"") {
            try scanner.string(bytes)
            guard !scanner.textIsCut, Topics.isValidName(scanner.text) else { return body.reject(.invalidID) }
        } else if Self.beginsNumber(byte) {
            guard try scanner.integer(bytes), scanner.text.count <= Self.maximumIdentifierBytes else {
                return body.reject(.invalidID)
            }
        } else {
            // An optional field that is null counts as absent.
            if byte != UInt8(ascii: "n") { body.reject(.invalidID) }
            return try scanner.skipValue(bytes)
        }
        // Trackers number people whom they have not matched yet -1.
        if scanner.text.elementsEqual("-1".utf8) { return }
        let start = bodies.count * Self.maximumIdentifierBytes
        for (offset, byte) in scanner.text.enumerated() { identifiers[start + offset] = byte }
        body.identifierCount = scanner.text.count
    }

    private mutating func scanJoints(
        of body: inout RawBody, _ bytes: Span<UInt8>
    ) throws(SkeletonRejection) {
        body.jointCount = 0
        guard scanner.peek(bytes) == UInt8(ascii: "[") else {
            body.reject(.illTypedJoints)
            return try scanner.skipValue(bytes)
        }
        try scanner.open(UInt8(ascii: "["), bytes)
        var count = 0
        while try scanner.next(closing: UInt8(ascii: "]"), bytes) {
            let position = try scanJoint(of: &body, bytes)
            if count < Self.maximumJoints { joints[bodies.count * Self.maximumJoints + count] = position }
            count += 1
        }
        body.jointCount = count
    }

    /// The joint's position in the sender's unit and axes; NaN if it is missing.
    private mutating func scanJoint(
        of body: inout RawBody, _ bytes: Span<UInt8>
    ) throws(SkeletonRejection) -> SIMD3<Float> {
        let missing = SIMD3<Float>(repeating: .nan)
        switch scanner.peek(bytes) {
        case UInt8(ascii: "n"):
            try scanner.literal("null", bytes)
            return missing
        case UInt8(ascii: "["):
            let (numbers, count, content) = try scanNumbers(bytes)
            switch count {
            case _ where content == .others: body.reject(.illTypedJoints)
            case 2:
                body.hasPairs = true
                if content == .numbers {
                    return SIMD3(Float(numbers.x), Float(numbers.y), .nan)
                }
            // Encoders write the NaN of an unknown coordinate as null.
            case 3 where content == .numbersAndNulls: break
            case 3: return SIMD3<Float>(SIMD3(numbers.x, numbers.y, numbers.z))
            case 4:
                body.hasQuadruples = true
                // Confidence 0 marks the joints that the estimator gave up; scales differ too much to ask for more.
                guard content == .numbers, Float(numbers.w) > 0 else { break }
                return SIMD3<Float>(SIMD3(numbers.x, numbers.y, numbers.z))
            default: body.reject(.wrongJointLength)
            }
        default:
            body.reject(.illTypedJoints)
            try scanner.skipValue(bytes)
        }
        return missing
    }

    /// What an array holds.
    private enum Content: Comparable {
        case numbers, numbersAndNulls, others
    }

    /// Takes an array and keeps its first four numbers.
    private mutating func scanNumbers(
        _ bytes: Span<UInt8>
    ) throws(SkeletonRejection) -> (numbers: SIMD4<Double>, count: Int, content: Content) {
        try scanner.open(UInt8(ascii: "["), bytes)
        var numbers = SIMD4<Double>.zero
        var (count, content) = (0, Content.numbers)
        while try scanner.next(closing: UInt8(ascii: "]"), bytes) {
            let byte = scanner.peek(bytes)
            if Self.beginsNumber(byte) {
                let number = try scanner.number(bytes)
                if count < 4 { numbers[count] = number }
            } else {
                content = max(content, byte == UInt8(ascii: "n") ? .numbersAndNulls : .others)
                try scanner.skipValue(bytes)
            }
            count += 1
        }
        return (numbers, count, content)
    }

    static func beginsNumber(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte)
    }
}
