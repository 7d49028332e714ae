import Foundation
import GaitModels
import GaitNode
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
            CameraNetworks(
                pose: PoseNetworks(
                    detector: try PoseDetector(files.detector),
                    landmarker: try PoseLandmarker(files.landmarker)),
                lift: try LifterLoader.load(URL(filePath: PackageFolder.lifter))),
            classifier: classifier)
        var man: Int?
        for frame in 0..<230 {
            let jpeg = [UInt8](try Data(contentsOf: URL(filePath: SharedData.walkerFrame(frame))))
            let bodies = try camera.process(jpeg, seconds: Double(frame) / 30)
            // The walker comes into view later.
            if frame == 0 {
                #expect(bodies.count == 1)
                man = bodies.first?.number
            }
        }
        let number = try #require(man)
        let seen = try #require(camera.emotions[number])
        #expect(seen.decision != nil && seen.votes.isEmpty, "\(seen.votes)")
        #expect(camera.emotions.contains { $0.key != man && $0.value.decision != nil })
    }
}
