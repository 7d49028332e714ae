package import Gait

/// One skeleton message of protocol.md, decoded into storage that is reused from message to message.
///
/// Poses are in metres with y up. What is wrong with the message itself is thrown; what is wrong with one
/// body is counted in `bodyRejections`, and the other bodies go on.
package struct SkeletonMessage {
    /// The bodies of one message.
    package static let maximumBodies = SkeletonFields.maximumBodies
    /// The furthest that a coordinate may be from the origin, metres.
    package static let coordinateLimit: Float = 1000

    /// One accepted body.
    package struct Body: Sendable {
        /// As sent; an integer in decimal. Matches `[A-Za-z0-9_.-]{1,64}`, unique in the message; nil where
        /// the source gives none.
        package var id: String?
        /// Joints that are null or of no confidence, and those that hang on them, are missing; all may be.
        package var pose: Pose
    }

    /// The moment of acquisition by the source's clock, seconds; nil where the message has none.
    package private(set) var stamp: Double?
    package private(set) var layout = SkeletonLayout.step16
    package private(set) var units = LengthUnit.metre
    package private(set) var up = UpAxis.y
    package private(set) var frameID: String?
    package private(set) var origin = CoordinateOrigin.world
    /// The unit quaternion [x, y, z, w] that has been applied to the poses.
    package private(set) var orientation: SIMD4<Float>?
    /// The accepted bodies, in the order in which they were sent.
    package private(set) var bodies: [Body] = []
    /// The rejected bodies of this message, by reason.
    package private(set) var bodyRejections = RejectionCounts()

    private var fields = SkeletonFields()

    /// Allocates storage for the messages to come.
    package init() {
        bodies.reserveCapacity(Self.maximumBodies)
    }

    /// Decodes a payload in place of the message before. After an error `bodies` is empty.
    package mutating func decode(
        _ payload: [UInt8], maximumBytes: Int = 1 << 20
    ) throws(SkeletonRejection) {
        bodyRejections.reset()
        do throws(SkeletonRejection) {
            guard payload.count <= maximumBytes else {
                throw SkeletonRejection(.payloadTooLarge, at: maximumBytes)
            }
            try fields.scan(payload.span)
        } catch {
            bodies.removeAll(keepingCapacity: true)
            throw error
        }
        stamp = fields.stamp
        layout = fields.layout ?? .step16
        units = fields.units
        up = fields.up
        frameID = fields.frameID
        origin = fields.origin
        orientation = fields.orientation
        convertBodies()
    }

    /// A position of a decoded pose in the source's own frame, metres: what the emotion message calls
    /// `position`.
    package func inSourceFrame(_ position: SIMD3<Float>) -> SIMD3<Float> {
        guard let orientation else { return up.fromYUp(position) }
        let inverse = orientation * SIMD4(-1, -1, -1, 1)
        return up.fromYUp(Self.rotate(position, by: inverse))
    }

    /// What whoever runs the source can do about bodies of this message that were rejected.
    package func advice(on reason: RejectionReason) -> String? {
        switch reason {
        case .twoDimensionalLayout:
            "joints of \(layout.rawValue) have two coordinates: a lifter has to make them three before"
        case .missingID:
            "with origin root several bodies can only be told apart by ids"
        case .implausibleGeometry:
            "neck and root are not 0.2 to 1 m apart: look at units (\(units.rawValue)), up (\(up.rawValue)) "
                + "and layout (\(layout.rawValue))"
        case .implausibleCoordinate:
            "a joint is more than 1000 m away: look at units (\(units.rawValue))"
        case .wrongJointCount:
            "layout \(layout.rawValue) has \(layout.jointCount) joints"
        default:
            nil
        }
    }

    // MARK: - Conversion

    private mutating func convertBodies() {
        var accepted = 0
        for index in fields.bodies.indices {
            if let fault = fault(ofBody: index, accepted: accepted) {
                bodyRejections.add(fault)
                continue
            }
            let pose = pose(ofBody: index)
            if accepted == bodies.count { bodies.append(Body(id: nil, pose: pose)) }
            bodies[accepted].pose = pose
            setIdentifier(ofBody: index, at: accepted)
            accepted += 1
        }
        bodies.removeLast(bodies.count - accepted)
    }

    /// A body in the same place as before keeps its string, so that no id is allocated anew.
    private mutating func setIdentifier(ofBody index: Int, at place: Int) {
        guard fields.bodies[index].identifierCount != nil else {
            bodies[place].id = nil
            return
        }
        let identifier = fields.identifier(of: index)
        if bodies[place].id?.utf8.elementsEqual(identifier) != true {
            bodies[place].id = String(decoding: identifier, as: UTF8.self)
        }
    }

    private func fault(ofBody index: Int, accepted: Int) -> RejectionReason? {
        let body = fields.bodies[index]
        if let fault = body.fault { return fault }
        guard body.jointCount == layout.jointCount else { return .wrongJointCount }
        let limit = Self.coordinateLimit / units.metres
        for joint in 0..<layout.jointCount {
            guard let position = fields.joint(joint, of: index) else { continue }
            guard abs(position.x) <= limit, abs(position.y) <= limit, abs(position.z) <= limit else {
                return .implausibleCoordinate
            }
        }
        guard body.identifierCount != nil else {
            return origin == .root && fields.bodies.count > 1 ? .missingID : nil
        }
        let identifier = fields.identifier(of: index)
        let isDuplicate = bodies[..<accepted].contains { $0.id?.utf8.elementsEqual(identifier) == true }
        return isDuplicate ? .duplicateID : nil
    }

    private func pose(ofBody index: Int) -> Pose {
        layout.pose { joint in
            guard let position = fields.joint(joint, of: index) else { return nil }
            let upright = up.yUp(position * units.metres)
            guard let orientation else { return upright }
            return Self.rotate(upright, by: orientation)
        }
    }

    /// The position turned by a unit quaternion [x, y, z, w].
    private static func rotate(_ position: SIMD3<Float>, by quaternion: SIMD4<Float>) -> SIMD3<Float> {
        let axis = SIMD3(quaternion.x, quaternion.y, quaternion.z)
        let turned = 2 * cross(axis, position)
        return position + quaternion.w * turned + cross(axis, turned)
    }

    private static func cross(_ one: SIMD3<Float>, _ other: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(
            one.y * other.z - one.z * other.y, one.z * other.x - one.x * other.z,
            one.x * other.y - one.y * other.x)
    }
}

/// What a source's coordinates are relative to.
package enum CoordinateOrigin: String, CaseIterable, Sendable {
    /// A place that stands still, or a camera: bodies have a place relative to each other.
    case world
    /// Each body's own root, as hip-centred estimators give it.
    case root
}
