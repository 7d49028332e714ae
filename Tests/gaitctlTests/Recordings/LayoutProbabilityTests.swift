import Gait
import GaitModels
import Messaging
import Simulation
import TestSupport
import Testing

@testable import gaitctl

/// The shipped model on one walk as every layout has it, and at other frame rates.
@Suite("Emotions in every layout and rate")
struct LayoutProbabilityTests {
    private static let people = 4

    /// The windows of several walkers of each emotion after 4 s, by way of messages, in a fixed order.
    private func windows(_ layout: SkeletonLayout, rate: Double = 30) throws -> [Gait] {
        var options = SimulatedScene.Options(robots: 1, people: 4 * Self.people, seed: 5)
        options.layout = layout
        var scene = SimulatedScene(options)
        var message = SkeletonMessage()
        var buffers = [PoseBuffer](repeating: PoseBuffer(), count: 4 * Self.people)
        // To the same moment at every rate.
        for frame in 0...Int(4 * rate) {
            let stamp = Double(frame) / rate
            for (_, payload) in scene.messages(at: stamp, stamp: stamp) {
                try message.decode(payload)
                for (index, body) in message.bodies.enumerated() {
                    _ = buffers[index].append(body.pose, at: stamp)
                }
            }
        }
        return try buffers.map { try #require($0.window()).gait }
    }

    @Test("probabilities differ by less than 0.05 from those in step16", arguments: SkeletonLayout.allCases)
    func sameProbabilities(layout: SkeletonLayout) throws {
        let path = PackageFolder.classifier
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

    @Test("60 fps give the probabilities of 30 fps within 0.02; 12 fps the same label in 19 of 20 cases")
    func rates() throws {
        let classifier = try EmotionClassifier(contentsOf: PackageFolder.classifier)
        let reference = classifier.classify(try windows(.step16))
        for (one, other) in zip(reference, classifier.classify(try windows(.step16, rate: 60))) {
            for (a, b) in zip(one.probabilities, other.probabilities) { #expect(abs(a - b) < 0.02) }
        }
        let slow = classifier.classify(try windows(.step16, rate: 12))
        let same = zip(reference, slow).count { $0.label == $1.label }
        #expect(same * 20 >= reference.count * 19)
    }
}
