import Gait

/// Bodies of origin `image`: keypoints in a picture, as rays and confidences.
extension SkeletonMessage {
    /// How far outside of the picture a keypoint may be, as a share of its width and height: estimators guess what the
    /// picture cuts off.
    private static let margin: Float = 0.25
    /// A body whose keypoints are all nearer to the picture's first corner is not in pixels.
    private static let smallestExtent: Float = 2
    /// Keypoints below which the extent tells nothing.
    private static let leastKeypoints = 5

    /// A keypoint as sent, in pixels, with its confidence, above 0; nil if it is missing.
    private func keypoint(
        _ joint: Int, ofBody index: Int, in image: ImageGeometry
    ) -> (pixel: SIMD2<Float>, confidence: Float)? {
        guard let numbers = fields.joint(joint, of: index) else { return nil }
        let confidence = numbers.z.isNaN ? 1 : numbers.z
        let place = SIMD2(numbers.x, numbers.y)
        // Estimators put what they did not see in the corner, whatever their confidence.
        guard confidence > 0, place != .zero else { return nil }
        return (
            imageUnits == .normalized ? place * SIMD2(image.width, image.height) : place, confidence
        )
    }

    private static func isOutside(_ pixel: SIMD2<Float>, of image: ImageGeometry) -> Bool {
        let size = SIMD2(image.width, image.height)
        let share = pixel / size
        return !((-margin...1 + margin).contains(share.x) && (-margin...1 + margin).contains(share.y))
    }

    /// What is wrong with a body's keypoints; nil if nothing is.
    func keypointFault(ofBody index: Int, in image: ImageGeometry) -> RejectionReason? {
        var (count, outside) = (0, 0)
        var largest: Float = 0
        for joint in 0..<layout.jointCount {
            guard let (pixel, _) = keypoint(joint, ofBody: index, in: image) else { continue }
            count += 1
            if Self.isOutside(pixel, of: image) { outside += 1 }
            largest = max(largest, abs(pixel.x), abs(pixel.y))
        }
        if outside * 2 > count { return .outsideImage }
        let isTiny =
            largest <= Self.smallestExtent && max(image.width, image.height) > 10 * Self.smallestExtent
        if imageUnits == .pixel, count >= Self.leastKeypoints, isTiny { return .normalizedKeypoints }
        return nil
    }

    /// The body as an ``ImagePose``'s pose. Keypoints far outside of the picture are missing, and counted.
    mutating func imagePose(ofBody index: Int, in image: ImageGeometry) -> Pose {
        var outside = 0
        for joint in 0..<layout.jointCount {
            guard let (pixel, _) = keypoint(joint, ofBody: index, in: image) else { continue }
            if Self.isOutside(pixel, of: image) { outside += 1 }
        }
        keypointsOutside += outside
        let pose = layout.pose { joint in
            guard let (pixel, confidence) = keypoint(joint, ofBody: index, in: image),
                !Self.isOutside(pixel, of: image)
            else { return nil }
            return ImagePose.joined(ray: image.ray(pixel), confidence: confidence)
        }
        return ImagePose(pose).pose
    }
}
