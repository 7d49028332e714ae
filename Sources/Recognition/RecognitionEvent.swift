package import Gait

/// One body of a source's frame.
package struct SourceBody: Sendable {
    /// What the source calls the body.
    package enum Identifier: Sendable, Equatable {
        /// A name that the source itself gives.
        case named(String)
        /// A camera tracker's number, unique within the tracker's life.
        case numbered(Int)
        /// Nothing: the person is found by place.
        case unnamed
    }

    package var identifier: Identifier
    /// Meters, y up; relative to the root if the frame's origin is `.root`, an ``ImagePose``'s if it is `.image`.
    package var pose: Pose
    /// The root in the source's own frame, meters; nil if it is missing or the source knows no places.
    package var position: SIMD3<Float>?
    /// Whether the numbers, as sent, are a picture's; see ``PictureCheck``.
    package var looksLikeImage: Bool
    /// Of origin `.image`: what is known of the picture. With its focal length a lifted body has a distance, and with its
    /// tilt the body is upright as the camera says.
    package var image: ImageGeometry?

    package init(
        identifier: Identifier, pose: Pose, position: SIMD3<Float>? = nil, looksLikeImage: Bool = false,
        image: ImageGeometry? = nil
    ) {
        (self.identifier, self.pose, self.position) = (identifier, pose, position)
        (self.looksLikeImage, self.image) = (looksLikeImage, image)
    }

    /// Makes joints missing that cannot be where they are.
    package mutating func removeImpossibleJoints(_ origin: CoordinateOrigin) {
        guard origin == .image else { return pose.removeImpossibleJoints() }
        var seen = ImagePose(pose)
        seen.removeImpossibleJoints()
        pose = seen.pose
    }

    /// Whether it can be a body, or is named as no body elsewhere.
    package func isPlausible(_ origin: CoordinateOrigin) -> Bool {
        if origin == .image { return ImagePose(pose).isPlausible }
        return looksLikeImage || pose.isPlausible
    }
}

/// What happened while a frame was processed or time passed. The caller of a ``Recognizer`` counts, logs, stores and
/// publishes accordingly.
package enum RecognitionEvent: Sendable, Equatable {
    /// The frame is in order: its bodies follow.
    case accepted
    /// A frame or a body was not used, or something else worth counting happened.
    case dropped(DropReason)
    /// The frame's body of this index cannot be a body; see `Pose.isPlausible`.
    case implausible(body: Int)
    /// A new person cannot be followed because no topic can carry the name.
    case invalidName
    /// A person came into view. Numbers are unique for the recognizer's life.
    case arrived(person: Int, name: String)
    /// A person's poses begin again: the source's clock jumped, or the person leapt.
    case restarted(person: Int)
    /// The frame's body of this index is the person's newest pose now.
    case kept(body: Int, person: Int, time: Double)
    /// A person is no longer followed.
    case left(person: Int)
}

/// Why a frame or a body was not used; the names that `health` counts by.
package enum DropReason: String, CaseIterable, Sendable {
    /// The frame, or the body, is older than the newest.
    case late
    /// The same frame or pose was there before.
    case duplicate
    /// A person's poses come faster than the buffer keeps them.
    case tooFrequent = "too_frequent"
    /// The body has no joints.
    case empty
    /// The stamp is not finite.
    case invalidStamp = "invalid_stamp"
    /// The source's clock jumped. The frame itself is used.
    case clockReset = "clock_reset"
    /// A person moved faster than people can, so another one may be there. The body itself is used.
    case leap
    /// The body's numbers are those of a picture, which its source does not say.
    case looksLikeImage = "looks_like_image"
    /// The stamps do not run in seconds. The frame itself is used, with the time of its arrival.
    case unusableStamp = "unusable_stamp"
    /// This person is paused by request.
    case paused
    /// As many people are followed as may be.
    case tooManyPeople = "too_many_people"
    /// Another source of the robot has a person of this name.
    case nameConflict = "name_conflict"
}
