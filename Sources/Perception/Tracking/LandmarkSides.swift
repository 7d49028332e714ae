import Foundation
import Gait

/// Turns one person's landmarks into the joints that a picture shows, with left and right kept where the network exchanges
/// them.
struct LandmarkSides: Equatable {
    /// Seconds without landmarks after which the sides are found again.
    private static let longestStep = 0.5
    /// The visibility below which a landmark outside the picture is missing. The network guesses those landmarks too, and
    /// the legs that it guesses below the picture's edge stand still.
    private static let outsideVisibility: Float = 0.5
    /// The lowest confidence of a joint within the picture: hidden joints are guessed well.
    private static let leastConfidence: Float = 0.02
    /// Each landmark's counterpart on the other side; the nose is its own.
    private static let mirrored =
        [0, 4, 5, 6, 1, 2, 3] + (7..<BodyLandmarks.count).map { $0 % 2 == 1 ? $0 + 1 : $0 - 1 }

    private var reversal = DepthReversal()
    private var seconds: Double?

    /// The joints of a person's next landmarks.
    ///
    /// - Parameters:
    ///   - imageSize: width and height of the picture, pixels.
    ///   - time: the frame's time, seconds; later than that of the previous landmarks.
    mutating func pose(of landmarks: BodyLandmarks, imageSize: SIMD2<Float>, at time: Double) -> ImagePose {
        let step = seconds.map { time - $0 } ?? 0
        seconds = time
        if step <= 0 || step > Self.longestStep { reversal = DepthReversal() }
        let isReversed = reversal.isReversed(landmarks.world, step: Float(step))
        guard let image = try? ImageGeometry(width: imageSize.x, height: imageSize.y) else {
            return ImagePose(Pose())
        }
        let pose = SkeletonLayout.blazepose33.pose { index in
            let landmark = isReversed ? Self.mirrored[index] : index
            let place = landmarks.place(landmark)
            let visibility = landmarks.visibility[landmark]
            guard visibility >= Self.outsideVisibility || Self.isInside(place, imageSize) else { return nil }
            return ImagePose.joined(
                ray: image.ray(place), confidence: max(visibility, Self.leastConfidence))
        }
        return ImagePose(pose)
    }

    private static func isInside(_ place: SIMD2<Float>, _ size: SIMD2<Float>) -> Bool {
        place.x >= 0 && place.y >= 0 && place.x <= size.x && place.y <= size.y
    }
}

/// Finds the reversals of BlazePose. Seen from the front or back at some distance, a body looks like its mirror image in
/// depth, and the network can switch between the two from one frame to the next.
///
/// The mirror image exchanges left and right and negates depths. Shoulders and hips turn slowly: if a body's left and right
/// leap to the other side, the frame shows its mirror image.
struct DepthReversal: Equatable {
    /// The width across the image, meters, below which a body is in profile and cannot flip.
    private static let leastLateral: Float = 0.12
    /// How far on the other side a leap must end, in shares of the width.
    private static let leap: Float = 0.3
    /// Seconds within which the remembered width follows a body that grows narrower.
    private static let forgetting: Float = 0.5
    /// Seconds over which frames vote on which of the two images is the true one.
    private static let voting: Float = 0.6

    /// From the body's right to its left across the image, meters.
    private var lateral = SIMD2<Float>.zero
    /// The share of frames that agree with `lateral` minus the share of the others, weighted by width.
    private var agreement: Float = 0

    /// Takes in a frame's points.
    ///
    /// - Parameters:
    ///   - points: BlazePose's 33, meters from the middle of the hips; z along the line of sight.
    ///   - step: seconds since the previous frame.
    /// - Returns: Whether they show the mirror image.
    mutating func isReversed(_ points: [SIMD3<Float>], step: Float) -> Bool {
        let across = ((points[11] - points[12]) + (points[23] - points[24])) / 2
        let seen = SIMD2(across.x, across.y)
        let width = lateral.length
        // A body in profile, or one that turns through it, starts over.
        guard width >= Self.leastLateral, abs(across.z) <= max(seen.length, Self.leastLateral) else {
            (lateral, agreement) = (seen, 0)
            return false
        }
        let ratio = (seen * lateral).sum() / (width * width)
        follow(ratio < 0 ? -seen : seen, step: step)
        vote(min(max(ratio, -1), 1), step: step)
        return ratio < -Self.leap
    }

    /// Widens fast and narrows slowly: between the two images the network produces narrow bodies.
    private mutating func follow(_ seen: SIMD2<Float>, step: Float) {
        let isWider = seen.length > lateral.length
        lateral += (isWider ? 0.5 : step / (step + Self.forgetting)) * (seen - lateral)
    }

    private mutating func vote(_ ratio: Float, step: Float) {
        agreement += step / (step + Self.voting) * (ratio - agreement)
        guard agreement < -0.1 else { return }
        lateral = -lateral
        agreement = -agreement
    }
}
