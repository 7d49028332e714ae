import Foundation
import Gait
import GaitModels
import Messaging
import Recognition
import Simulation
import TestSupport
import Testing

@testable import GaitNode

/// A simulated walk that reaches the node with a fault, in any layout, unit and axes, is read rightly or not at all.
@Suite("Sources with faults")
struct FaultySourcesTests {
    /// What may be wrong with a source.
    enum Fault: CaseIterable {
        case none, zeroJoints, nullJoints, jointsAtRoot, farJoints, limbSpikes, wrongUp, normalizedPicture,
            pixels
        case mirrored, exchangedIDs, reusedID, backward, noise, lostFrames, lateFrames, standing
    }

    /// One walk of six seconds with a fault.
    private struct Stream {
        let fault: Fault
        let layout: SkeletonLayout
        let frame: SensorFrame
        var generator: SeededGenerator
        let walkers: [Walker]
        /// The emotion of each id's walk; nil if there is no right answer.
        let expected: Emotion?

        init(seed: UInt64) {
            var generator = SeededGenerator(seed: seed)
            fault = Fault.allCases[Int(seed) % Fault.allCases.count]
            layout = SkeletonLayout.allCases.randomElement(using: &generator) ?? .step16
            frame = SensorFrame(
                units: LengthUnit.allCases.randomElement(using: &generator) ?? .metre,
                up: UpAxis.allCases.randomElement(using: &generator) ?? .y)
            let emotions = Emotion.allCases.shuffled(using: &generator)
            walkers = (0..<2).map { index in
                Walker(
                    emotion: emotions[index], seed: seed &* 31 &+ UInt64(index),
                    options: Walker.Options(start: SIMD3(Float(index) * 4 + 2, 0, 3)))
            }
            let mixes: Set<Fault> = [.exchangedIDs, .reusedID]
            expected = mixes.contains(fault) ? nil : emotions[0]
            self.generator = generator
        }

        /// The message of a frame; nil if it is lost.
        mutating func message(_ number: Int) -> (payload: String, stamp: Double)? {
            let time = Double(number) / 30
            if fault == .lostFrames, generator.uniform(0...1) < 0.2 { return nil }
            let stamp = fault == .lateFrames && number % 7 == 3 ? time - 0.1 : time
            var bodies: [String] = []
            switch fault {
            case .exchangedIDs:
                let ids = number / 20 % 2 == 0 ? ["1", "2"] : ["2", "1"]
                bodies = zip(ids, walkers).map { body($0, $1.pose(at: time)) }
            case .reusedID: bodies = [body("1", walkers[number < 60 ? 0 : 1].pose(at: time))]
            case .backward: bodies = [body("1", walkers[0].pose(at: 100 - time))]
            case .standing: bodies = [body("1", walkers[0].pose(at: 0))]
            default: bodies = [body("1", walkers[0].pose(at: time))]
            }
            let units = fault == .pixels || fault == .normalizedPicture ? LengthUnit.metre : frame.units
            let up = fault == .wrongUp ? (frame.up == .y ? UpAxis.minusY : .y) : frame.up
            let text =
                #"{"stamp":\#(stamp),"layout":"\#(layout.rawValue)","units":"\#(units.rawValue)","#
                + #""up":"\#(up.rawValue)","bodies":[\#(bodies.joined(separator: ","))]}"#
            return (text, stamp)
        }

        private mutating func body(_ id: String, _ pose: Pose) -> String {
            var joints = layout.joints(of: pose)
            let root = pose[.root]
            for index in joints.indices {
                guard var joint = joints[index] else { continue }
                if fault == .noise {
                    joint += 0.03 * SIMD3(generator.normal(), generator.normal(), generator.normal())
                }
                if fault == .mirrored { joint.x = -joint.x }
                joints[index] = joint
                guard generator.uniform(0...1) < 0.05 else { continue }
                switch fault {
                case .zeroJoints: joints[index] = .zero
                case .nullJoints: joints[index] = nil
                case .jointsAtRoot: joints[index] = root
                case .farJoints: joints[index] = joint + SIMD3(20, 0, 0)
                case .limbSpikes: joints[index] = joint + SIMD3(0, 0, 0.7)
                default: break
                }
            }
            let numbers = joints.map { joint -> String in
                guard let joint else { return "null" }
                let sent = sent(joint)
                return "[\(sent.x),\(sent.y),\(sent.z)]"
            }
            return #"{"id":"\#(id)","joints":[\#(numbers.joined(separator: ","))]}"#
        }

        /// A joint as the source reports it.
        private mutating func sent(_ joint: SIMD3<Float>) -> SIMD3<Float> {
            // Zero is zero in every frame.
            if joint == .zero { return .zero }
            switch fault {
            case .normalizedPicture, .pixels:
                let size = fault == .pixels ? SIMD3<Float>(640, 480, 1) : SIMD3(repeating: 1)
                let score = 0.5 + 0.5 * generator.uniform(0...1)
                return SIMD3(0.5 + joint.x / 30, 0.8 - joint.y / 4, score) * size
            default: return frame.report(joint)
            }
        }
    }

    @Test("a faulty walk is read rightly or not at all")
    func faults() throws {
        let count = ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] == "1" ? 1000 : 102
        let classifier = try EmotionClassifier(contentsOf: PackageFolder.classifier)
        let labels = try #require(EmotionLabels(names: classifier.card.labels))
        var read: [Fault: Int] = [:]
        for seed in 0..<UInt64(count) {
            var stream = Stream(seed: seed)
            // What the model makes of the same walk without a fault: errors of the model are not the source's.
            let clean = try emotions(of: [stream.walkers[0]], labels, classifier)
            let said = try play(&stream, labels, classifier)
            read[stream.fault, default: 0] += said.count
            switch stream.fault {
            case .none, .zeroJoints, .nullJoints, .jointsAtRoot, .farJoints, .limbSpikes, .noise, .lostFrames,
                .lateFrames:
                let wrong = said.count { $0.emotion != stream.expected && !clean.contains($0.emotion) }
                #expect(wrong <= 1, "seed \(seed): \(stream.fault) in \(stream.layout): \(said)")
            case .reusedID:
                let right = try emotions(of: stream.walkers, labels, classifier)
                    .union(stream.walkers.map(\.emotion))
                #expect(said.allSatisfy { right.contains($0.emotion) }, "seed \(seed): \(said)")
            case .wrongUp, .normalizedPicture, .pixels, .mirrored, .exchangedIDs, .backward, .standing:
                #expect(said.isEmpty, "seed \(seed): \(stream.fault) in \(stream.layout): \(said)")
            }
        }
        // Faults that leave enough of a walk do not silence the node.
        for fault in [Fault.none, .zeroJoints, .nullJoints, .farJoints, .noise, .lateFrames] {
            #expect(read[fault, default: 0] > count / 10, "\(fault): \(read[fault, default: 0]) readings")
        }
    }

    private struct Reading {
        let emotion: Emotion
    }

    /// The emotions that are said of walkers without a fault.
    private func emotions(
        of walkers: [Walker], _ labels: EmotionLabels, _ classifier: EmotionClassifier
    ) throws -> Set<Emotion> {
        var said: Set<Emotion> = []
        for walker in walkers {
            let gaits = (0..<8).map { start in
                Gait(
                    validated: (0..<75).flatMap { frame -> [Float] in
                        let pose = walker.pose(at: Double(start) / 2 + Double(frame) / 30)
                        return Joint.allCases.flatMap { [pose[$0].x, pose[$0].y, pose[$0].z] }
                    })
            }
            for result in classifier.classify(gaits) { said.insert(labels.emotions[result.label]) }
        }
        return said
    }

    /// What is said of the stream's people, in order.
    private func play(
        _ stream: inout Stream, _ labels: EmotionLabels, _ classifier: EmotionClassifier
    ) throws -> [Reading] {
        var recognizer = Recognizer(.init())
        let source = recognizer.addSource(robot: "r1", camera: nil)
        var message = SkeletonMessage()
        var (bodies, events): ([SourceBody], [RecognitionEvent]) = ([], [])
        var (due, decisions): ([Recognizer.DueWindow], [EmotionDecision]) = ([], [])
        var readings: [Reading] = []
        for number in 0..<180 {
            guard let (payload, stamp) = stream.message(number) else { continue }
            try message.decode(Array(payload.utf8))
            message.write(to: &bodies)
            events.removeAll()
            let arrival = 50 + Double(number) / 30
            recognizer.take(
                &bodies, from: source, origin: message.origin, stamp: stamp, arrival: arrival,
                wallClock: arrival, events: &events)
            recognizer.nextWindows(limit: .max, into: &due)
            recognizer.decide(&due, into: &decisions) { classifier.classify($0).map(\.probabilities) }
            readings += decisions.compactMap { labels.emotion(of: $0).map(Reading.init) }
        }
        return readings
    }
}
