import Perception

/// Looks at one camera's frames as gaitd does: decoded as small as serves, and everybody followed.
final class CameraWatcher {
    private let decoder = JPEGDecoder()
    private let tracker: CameraTracker
    private var image = CameraImage()

    init(_ networks: PoseNetworks) {
        tracker = CameraTracker(detector: networks.detector, landmarker: networks.landmarker)
    }

    /// What decoding took for the last frame, seconds.
    var decodingSeconds: Double { tracker.decodingSeconds }

    /// Those who were found in the camera's next frame.
    ///
    /// - Parameter seconds: the camera's time.
    func look(at jpeg: [UInt8], seconds: Double) throws(PerceptionError) -> [TrackedBody] {
        try tracker.process(
            jpeg.span, header: decoder.header(of: jpeg.span), by: decoder, into: &image, at: seconds)
    }
}
