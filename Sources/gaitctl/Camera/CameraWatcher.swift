import Gait
import Perception

/// Somebody in a frame.
struct SeenBody {
    /// The same from frame to frame.
    let number: Int
    /// In pixels of the frame as it was sent.
    let landmarks: BodyLandmarks
    /// Relative to the root, metres, in the camera's directions with y up.
    let pose: Pose

    /// - Parameter scale: pixels of the frame for each of the image in which the body was found.
    fileprivate init(_ body: TrackedBody, scale: Float) {
        var landmarks = body.landmarks
        for index in landmarks.positions.indices { landmarks.positions[index] *= scale }
        landmarks.nextRegion.centre *= scale
        landmarks.nextRegion.side *= scale
        (number, self.landmarks, pose) = (body.number, landmarks, body.pose)
    }
}

/// Looks at one camera's frames as gaitd does: decoded as small as serves, and everybody followed.
final class CameraWatcher {
    private let decoder = JPEGDecoder()
    private let tracker: CameraTracker
    private var image = CameraImage()

    init(_ networks: PoseNetworks) {
        tracker = CameraTracker(detector: networks.detector, landmarker: networks.landmarker)
    }

    /// Those who were found in the camera's next frame.
    ///
    /// - Parameter seconds: the camera's time.
    func look(at jpeg: [UInt8], seconds: Double) throws(PerceptionError) -> [SeenBody] {
        let header = try decoder.header(of: jpeg.span)
        try decoder.decode(
            jpeg.span, header: header, into: &image,
            reduction: header.reduction(smallestRegion: tracker.smallestRegion))
        let scale = Float(image.scale)
        let bodies = try tracker.process(image, at: seconds)
        return bodies.map { SeenBody($0, scale: scale) }
    }
}
