import Gait
import GaitModels
import Messaging
import Recognition
import TestSupport
import Testing

@testable import GaitNode

/// Recordings of faults that operators reported, as the node recognizes them.
@Suite("Recorded faults", .sharedCases)
struct RecordedCasesTests {
    /// What is said of everyone in a recording, by person.
    private func said(of name: String) throws -> [String: [EmotionDecision]] {
        let classifier = try EmotionClassifier(contentsOf: PackageFolder.classifier)
        let reader = try RecordingReader(SharedData.testCase("\(name)/walk.jsonl"))
        var recognizer = Recognizer(.init())
        let source = recognizer.addSource(robot: "r1", camera: nil)
        var message = SkeletonMessage()
        var (bodies, events): ([SourceBody], [RecognitionEvent]) = ([], [])
        var (due, decisions): ([Recognizer.DueWindow], [EmotionDecision]) = ([], [])
        var said: [String: [EmotionDecision]] = [:]
        while let recorded = try reader.next() {
            try message.decode(recorded.payload)
            message.write(to: &bodies)
            events.removeAll()
            recognizer.take(
                &bodies, from: source, origin: message.origin, stamp: message.stamp, arrival: recorded.at,
                wallClock: recorded.at, events: &events)
            recognizer.nextWindows(limit: .max, into: &due)
            recognizer.decide(&due, into: &decisions) { classifier.classify($0).map(\.probabilities) }
            for (person, decision) in zip(due, decisions) { said[person.name, default: []].append(decision) }
        }
        return said
    }

    private func emotions(_ said: [String: [EmotionDecision]]) throws -> [Emotion] {
        let card = try EmotionClassifier(contentsOf: PackageFolder.classifier).card
        let labels = try #require(EmotionLabels(names: card.labels))
        return said.values.flatMap { $0.compactMap(labels.emotion) }
    }

    @Test("hands at the origin, hands that are null now and then, and a far hand leave a sad walk sad")
    func damagedJoints() throws {
        let control = try emotions(said(of: "zero-placeholder-control"))
        #expect(control.count > 5 && control.allSatisfy { $0 == .sad })
        for name in ["zero-placeholder", "joint-spike-20m"] {
            let read = try emotions(said(of: name))
            #expect(read.count >= control.count - 2 && read.allSatisfy { $0 == .sad }, "\(name): \(read)")
        }
    }

    @Test("a hand that is never seen is a gap, not a fault of the message")
    func nullCoordinates() throws {
        let said = try said(of: "null-coordinates")
        #expect(said.values.allSatisfy { $0.allSatisfy { $0.state == .insufficientData } })
        #expect(said.values.first?.last?.reason == .gaps)
    }

    @Test(
        "wrong coordinates are named",
        arguments: [
            ("normalised-keypoints-angry", UnreadReason.looksLikeImage), ("up-left-out", .upsideDown),
            ("ids-swap", .leap),
        ])
    func wrongSources(name: String, reason: UnreadReason) throws {
        let said = try said(of: name)
        let read = try emotions(said)
        #expect(!said.isEmpty && read.isEmpty)
        #expect(said.values.allSatisfy { $0.last?.reason == reason }, "\(said.mapValues { $0.last?.reason })")
    }
}
