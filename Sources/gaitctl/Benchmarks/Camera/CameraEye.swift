import Foundation
import Gait
import GaitModels
import Messaging
import Perception

/// What a node does with a camera's frames, without broker and pipeline: decoding, people, joints, emotions.
final class CameraEye {
    /// Frames between two readings of everybody's emotion, at 30 frames a second: half a second.
    private static let readingSeconds = 0.5

    private let detector: PoseDetector
    private let landmarker: PoseLandmarker
    private let classifier: EmotionClassifier
    private let decoder = JPEGDecoder()
    private let walking = WalkingTest()
    private var image = CameraImage()
    private var tracker: CameraTracker
    private var buffers: [Int: PoseBuffer] = [:]
    private var lastReading = 0.0

    /// Seconds that decoding took in all since ``begin()``.
    private(set) var decodingSeconds = 0.0
    /// Bodies in all frames.
    private(set) var bodies = 0
    /// Emotions that were read.
    private(set) var emotions = 0

    init(poseModels: String, emotionModel: String) throws(CommandFailure) {
        do {
            let files = try PoseModelFiles(in: poseModels)
            detector = try PoseDetector(files.detector)
            landmarker = try PoseLandmarker(files.landmarker)
            classifier = try EmotionClassifier(contentsOf: emotionModel)
        } catch let error as PerceptionError {
            throw .configuration(
                "\(error) 'launch/fetch-models' downloads them; --pose-models names their folder")
        } catch {
            throw CommandFailure(error) ?? .configuration("\(error)")
        }
        tracker = CameraTracker(detector: detector, landmarker: landmarker)
    }

    /// Forgets everybody and the figures.
    func begin() {
        tracker = CameraTracker(detector: detector, landmarker: landmarker)
        buffers.removeAll()
        (decodingSeconds, bodies, emotions, lastReading) = (0, 0, 0, 0)
    }

    /// Forgets the figures, not the people.
    func beginFigures() { (decodingSeconds, bodies, emotions) = (0, 0, 0) }

    /// One frame, whole.
    func look(at bytes: [UInt8], seconds: Double) throws(CommandFailure) {
        do throws(PerceptionError) {
            let start = Arrival.monotonicSeconds()
            let header = try decoder.header(of: bytes.span)
            try decoder.decode(
                bytes.span, header: header, into: &image,
                reduction: header.reduction(smallestRegion: tracker.smallestRegion))
            decodingSeconds += Arrival.monotonicSeconds() - start
            let found = try tracker.process(image, at: seconds)
            bodies += found.count
            for body in found {
                _ = buffers[body.number, default: PoseBuffer()].append(body.pose, at: seconds)
            }
        } catch { throw .failure("\(error)") }
        guard seconds - lastReading >= Self.readingSeconds else { return }
        lastReading = seconds
        read(at: seconds)
    }

    private func read(at seconds: Double) {
        let windows = buffers.values.compactMap { $0.window() }.filter { seconds - $0.end < 0.3 }
        let gaits = windows.map(\.gait).filter { walking.isWalking($0) }
        emotions += classifier.classify(gaits).count
    }
}
