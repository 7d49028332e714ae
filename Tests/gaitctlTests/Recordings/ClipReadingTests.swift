import Foundation
import GaitModels
import Perception
import TestSupport
import Testing

@testable import gaitctl

@Suite("The walker's clip", .sharedData)
struct ClipReadingTests {
    @Test("the man who stands and jumps is never read; the walker may be")
    func clip() throws {
        let classifier = try EmotionClassifier(contentsOf: PackageFolder.classifier)
        let files = try PoseModelFiles(in: SharedData.models)
        let camera = CameraRecognition(
            PoseNetworks(
                detector: try PoseDetector(files.detector), landmarker: try PoseLandmarker(files.landmarker)),
            classifier: classifier)
        var places: [Int: [Float]] = [:]
        for frame in 0..<230 {
            let jpeg = [UInt8](try Data(contentsOf: URL(filePath: SharedData.walkerFrame(frame))))
            for body in try camera.process(jpeg, seconds: Double(frame) / 30) {
                places[body.number, default: []].append(body.landmarks.positions[23].x)
            }
        }
        // The walker crosses the picture; the man stays on his side until he jumps down.
        for (number, emotions) in camera.emotions {
            let way = (places[number]?.max() ?? 0) - (places[number]?.min() ?? 0)
            if way < 400 { #expect(emotions.votes.isEmpty, "person \(number): \(emotions.votes)") }
        }
        #expect(places.count >= 2)
    }
}
