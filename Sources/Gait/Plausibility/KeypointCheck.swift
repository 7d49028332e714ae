import Foundation

/// Judges keypoints by the picture that they are in.
package struct KeypointCheck {
    /// The height below which the noise of keypoints hides a gait, pixels.
    private static let smallest = 100.0
    /// The share of keypoints outside of the picture from which its size is doubted.
    private static let largestOutside = 0.05

    private let bodies: [ImagePose]
    private let image: ImageGeometry
    private let changes: Bool
    private let outside: Int
    private let confidences: [Double]

    /// - Parameters:
    ///   - bodies: As gaitd accepted them.
    ///   - image: The newest picture.
    ///   - changes: Whether its size or focal length changed from message to message.
    ///   - outside: The keypoints of these bodies that were too far outside of their pictures.
    ///   - confidences: As sent; empty if there are none.
    package init(
        _ bodies: [ImagePose], in image: ImageGeometry, changes: Bool, outside: Int, confidences: [Double]
    ) {
        (self.bodies, self.image, self.changes) = (bodies, image, changes)
        (self.outside, self.confidences) = (outside, confidences)
    }

    /// On the picture, the keypoints in it, and their confidences.
    package var findings: [Finding] {
        [picture] + keypoints + (confidences.isEmpty ? [] : [confidence])
    }

    private var picture: Finding {
        let size = "\(Int(image.width)) x \(Int(image.height)) pixels"
        if changes {
            return .note(
                "image", "\(size) in the newest message; size or focal length change",
                advice: "send the size of the picture that the keypoints are in; gaitd computes with rays")
        }
        guard let focalLength = image.focalLength else {
            return .note(
                "image", "\(size), focal length unknown: people get no position",
                advice: "send \"focal_px\", the focal length in pixels, from the camera's calibration")
        }
        let view = 2 * atan(image.width / 2 / focalLength) * 180 / .pi
        return .good("image", size + String(format: ", %.0f degrees wide", view))
    }

    private var keypoints: [Finding] {
        guard !bodies.isEmpty else { return [] }
        let present = bodies.reduce(0) { $0 + $1.pose.present.count }
        let share = Double(outside) / Double(max(outside + present, 1))
        if share > Self.largestOutside {
            return [
                .wrong(
                    "keypoints", String(format: "%.0f %% are far outside of the picture", share * 100),
                    advice: "check image.width and image.height, and send null for joints that were not seen")
            ]
        }
        let inverted = bodies.compactMap(\.isInverted)
        if inverted.count(where: \.self) * 2 > inverted.count {
            return [
                .wrong(
                    "keypoints", "heads are below hips",
                    advice: "y points down in a picture; turn the picture before the estimator sees it")
            ]
        }
        let heights = bodies.compactMap(\.height).map { Double($0 * image.effectiveFocalLength) }
        guard !heights.isEmpty else { return [] }
        let height = Sample.median(heights)
        let text = String(format: "bodies are %.0f pixels tall", height)
        let finding: Finding =
            height < Self.smallest
            ? .note("keypoints", text, advice: "walk nearer to the camera, or use a larger picture")
            : .good("keypoints", text)
        return [finding.with(["height_px": height, "outside": share])]
    }

    private var confidence: Finding {
        let most = confidences.max() ?? 0
        guard most <= 1 else {
            return .wrong(
                "confidence", String(format: "confidences go up to %.3g and count as 1", most),
                advice: "send confidences from 0 to 1")
        }
        return .good("confidence", String(format: "up to %.2f", most))
    }
}
