import Gait
import GaitModels
import Messaging
import Simulation
import TestSupport
import Testing

@testable import gaitctl

/// The shipped model on one walk as every layout has it.
@Suite("Emotions in every layout")
struct LayoutProbabilityTests {
    private static let people = 4

    /// The windows of several walkers of each emotion after 4 s, by way of messages, in a fixed order.
    private func windows(_ layout: SkeletonLayout) throws -> [Gait] {
        var options = SimulatedScene.Options(robots: 1, people: 4 * Self.people, seed: 5)
        options.layout = layout
        var scene = SimulatedScene(options)
        var message = SkeletonMessage()
        var buffers = [PoseBuffer](repeating: PoseBuffer(), count: 4 * Self.people)
        for frame in 0..<120 {
            let stamp = Double(frame) / 30
            for (_, payload) in scene.messages(at: stamp, stamp: stamp) {
                try message.decode(payload)
                for (index, body) in message.bodies.enumerated() {
                    _ = buffers[index].append(body.pose, at: stamp)
                }
            }
        }
        return try buffers.map { try #require($0.window()).gait }
    }

    @Test(
        "a walker's probabilities differ by less than 0.05 from those in step16",
        arguments: SkeletonLayout.allCases)
    func sameProbabilities(layout: SkeletonLayout) throws {
        let path = PackageFolder.path("config/models/step-default.safetensors")
        let classifier = try EmotionClassifier(contentsOf: path)
        let reference = classifier.classify(try windows(.step16)).map(\.probabilities)
        let read = classifier.classify(try windows(layout)).map(\.probabilities)
        let differences = zip(reference, read).map { one, other in
            zip(one, other).map { abs($0 - $1) }.max() ?? 1
        }
        let largest = differences.max() ?? 1
        #expect(
            largest < 0.05,
            "\(layout.rawValue): \(largest), in the mean \(differences.reduce(0, +) / Float(differences.count))"
        )
    }
}
