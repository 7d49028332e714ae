package import Gait

/// One skeleton message, decoded into storage that is reused from message to message.
///
/// Poses are in meters with y up; those of origin `image` are ``ImagePose``s. A fault of the message itself is thrown. A fault of one body is counted in
/// `bodyRejections` and does not affect the other bodies.
package struct SkeletonMessage {
    /// The most bodies in one message.
    package static let maximumBodies = SkeletonFields.maximumBodies
    /// The largest magnitude of a coordinate, meters.
    package static let coordinateLimit: Float = 1000

    /// One accepted body.
    package struct Body: Sendable {
        /// As sent; an integer in decimal. Matches `[A-Za-z0-9_.-]{1,64}`, unique in the message; nil if the source
        /// gives none.
        package var id: String?
        /// Joints that are null, have a null in them or confidence 0, or lie at exactly [0, 0, 0] in a source of
        /// origin `world` or [0, 0] in a picture are missing, as are those that depend on them; all may be.
        package var pose: Pose
        /// Whether the joints, as sent, look like a picture's; see `PictureCheck`.
        package var looksLikeImage = false
    }

    /// The time of acquisition by the source's clock, seconds; nil if the message has none.
    package var stamp: Double? { fields.stamp }
    package var layout: SkeletonLayout { fields.layout ?? .step16 }
    package var units: LengthUnit { fields.units }
    package var up: UpAxis { fields.up }
    package var frameID: String? { fields.frameID }
    package var origin: CoordinateOrigin { fields.origin }
    /// The picture that the joints are in; nil unless `origin` is `image`.
    package var image: ImageGeometry? { fields.image }
    package var imageUnits: ImageUnit { fields.imageUnits }
    /// The unit quaternion [x, y, z, w] that was applied to the poses.
    package var orientation: SIMD4<Float>? { fields.orientation }
    /// The accepted bodies, in the order sent.
    package private(set) var bodies: [Body] = []
    /// The rejected bodies of this message, by reason.
    package private(set) var bodyRejections = RejectionCounts()
    /// Keypoints of accepted bodies that are missing because they are far outside of the picture.
    package internal(set) var keypointsOutside = 0

    private(set) var fields = SkeletonFields()

    /// Allocates storage for the messages to come.
    package init() {
        bodies.reserveCapacity(Self.maximumBodies)
    }

    /// Replaces the message by the payload's. After an error `bodies` is empty.
    package mutating func decode(
        _ payload: [UInt8], maximumBytes: Int = 1 << 20
    ) throws(SkeletonRejection) {
        bodyRejections.reset()
        keypointsOutside = 0
        do throws(SkeletonRejection) {
            guard payload.count <= maximumBytes else {
                throw SkeletonRejection(.payloadTooLarge, at: maximumBytes)
            }
            try fields.scan(payload.span)
        } catch {
            bodies.removeAll(keepingCapacity: true)
            throw error
        }
        convertBodies()
    }

    /// A position of a decoded pose in the source's own frame, meters: the emotion message's `position`.
    package func inSourceFrame(_ position: SIMD3<Float>) -> SIMD3<Float> {
        guard let orientation else { return up.fromYUp(position) }
        let inverse = orientation * SIMD4(-1, -1, -1, 1)
        return up.fromYUp(position.rotated(by: inverse))
    }

    /// Advice for the operator of the source about rejected bodies of this message.
    package func advice(on reason: RejectionReason) -> String? {
        switch reason {
        case .twoDimensionalLayout:
            "joints of \(layout.rawValue) have two coordinates: for a picture's keypoints say "
                + "\"origin\": \"image\", with \"image\": {\"width\", \"height\"}; gaitd lifts them"
        case .missingID:
            "with origin root, only ids distinguish several bodies"
        case .outsideImage:
            image.map { image in
                "most keypoints are far outside of the picture: check image.width (\(Int(image.width))), "
                    + "image.height (\(Int(image.height))) and units (\(imageUnits.rawValue))"
            }
        case .implausibleGeometry where origin == .image:
            "the body is a point, or larger than any picture: check units (\(imageUnits.rawValue)), image and layout "
                + "(\(layout.rawValue))"
        case .wrongJointLength where origin == .image:
            "with origin image a joint is [x, y] or [x, y, confidence]"
        case .implausibleGeometry:
            "neck and root are not 0.2 to 1 m apart: check units (\(units.rawValue)), up (\(up.rawValue)) "
                + "and layout (\(layout.rawValue))"
        case .implausibleCoordinate:
            "a joint is more than 1000 m away: check units (\(units.rawValue))"
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
                bodyRejections[fault] += 1
                continue
            }
            let pose =
                if let image = fields.image {
                    imagePose(ofBody: index, in: image)
                } else { pose(ofBody: index) }
            if accepted == bodies.count { bodies.append(Body(id: nil, pose: pose)) }
            bodies[accepted].pose = pose
            bodies[accepted].looksLikeImage = fields.image == nil && looksLikeImage(body: index)
            setIdentifier(ofBody: index, at: accepted)
            accepted += 1
        }
        bodies.removeLast(bodies.count - accepted)
    }

    /// Reuses the string if the body at this place has the same id as before, to avoid an allocation.
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
        if body.hasPairs, origin != .image { return .twoDimensionalLayout }
        if body.hasQuadruples, origin == .image { return .wrongJointLength }
        guard body.jointCount == layout.jointCount else { return .wrongJointCount }
        let fault =
            if let image = fields.image {
                keypointFault(ofBody: index, in: image)
            } else { coordinateFault(ofBody: index) }
        if let fault { return fault }
        guard body.identifierCount != nil else {
            return origin == .root && fields.bodies.count > 1 ? .missingID : nil
        }
        let identifier = fields.identifier(of: index)
        let isDuplicate = bodies[..<accepted].contains { $0.id?.utf8.elementsEqual(identifier) == true }
        return isDuplicate ? .duplicateID : nil
    }

    private func coordinateFault(ofBody index: Int) -> RejectionReason? {
        let limit = Self.coordinateLimit / units.metres
        for joint in 0..<layout.jointCount {
            guard let position = fields.joint(joint, of: index) else { continue }
            guard abs(position.x) <= limit, abs(position.y) <= limit, abs(position.z) <= limit else {
                // A picture has many more pixels than a scene has meters.
                return looksLikeImage(body: index) ? nil : .implausibleCoordinate
            }
        }
        return nil
    }

    private func looksLikeImage(body index: Int) -> Bool {
        var check = PictureCheck()
        for joint in 0..<layout.jointCount {
            if let numbers = fields.joint(joint, of: index) { check.add(numbers) }
        }
        return check.looksLikeImage(units: units)
    }

    private func pose(ofBody index: Int) -> Pose {
        let pose = pose(ofBody: index, keeping: nil)
        // The zeros of a body that is relative to its root, although its source does not say so, are that root.
        guard origin == .world, !pose.present.contains(.root), pose.present.contains(.neck),
            case .joint(let root) = layout.sources[Joint.root.rawValue], fields.joint(root, of: index) != nil,
            Pose.plausibleTorso.contains(pose[.neck].length)
        else { return pose }
        return self.pose(ofBody: index, keeping: root)
    }

    /// - Parameter kept: the joint that may lie at the world's origin; others there are placeholders of estimators
    ///   that did not see them.
    private func pose(ofBody index: Int, keeping kept: Int?) -> Pose {
        layout.pose { joint in
            guard let position = fields.joint(joint, of: index),
                position != .zero || joint == kept || origin == .root
            else { return nil }
            let upright = up.yUp(position * units.metres)
            guard let orientation else { return upright }
            return upright.rotated(by: orientation)
        }
    }
}
