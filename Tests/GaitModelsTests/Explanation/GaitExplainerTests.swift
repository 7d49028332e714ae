import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

struct GaitExplainerTests {
    init() { BLAS.useThreads(1) }

    /// Walks of two classes, which only the right arm's swing tells apart; the left one's, large or small, is the
    /// same in both.
    private static func walks(count: Int, seed: UInt64) -> [TrainingGait] {
        (0..<count).map { index in
            let own = seed &* 1000 &+ UInt64(index)
            let gait = rightArm(
                of: TestWalk.gait(armSwing: index / 2 % 2 == 0 ? 0.05 : 0.8, seed: own),
                from: TestWalk.gait(armSwing: index % 2 == 0 ? 0.05 : 0.8, seed: own))
            return TrainingGait(key: "\(index)", gait: gait, label: index % 2, group: "\(index)")
        }
    }

    private static func rightArm(of gait: Gait, from other: Gait) -> Gait {
        var coordinates = gait.coordinates
        for frame in 0..<gait.frames {
            for joint in [Joint.rightElbow, .rightHand] {
                let place = frame * Gait.valuesPerFrame + joint.rawValue * 3
                coordinates.replaceSubrange(place..<place + 3, with: other.coordinates[place..<place + 3])
            }
        }
        return Gait(validated: coordinates)
    }

    /// A model of such walks, trained once.
    private static let armModel = Result {
        var configuration = TestModel.configuration(
            .baseline, labels: ["still", "swinging"], input: .positionsAndVelocities)
        for index in configuration.blocks.indices { configuration.blocks[index].width = 8 }
        configuration.members = 2
        var options = TestModel.options(epochs: 30)
        options.learningRate = 1e-2
        // Otherwise the network is taught that an arm is as good as the other.
        options.augmentation.mirror = 0
        return try ModelTrainer.step(
            configuration, walks(count: 40, seed: 1), validation: [], options: options, threads: 1,
            progress: { _ in true }
        ).model
    }

    @Test("where one arm's swing decides, that arm ranks first", arguments: GaitExplainer.Method.allCases)
    func oneArm(method: GaitExplainer.Method) throws {
        let model = try Self.armModel.get()
        let (explainer, classifier) = (try GaitExplainer(model), try EmotionClassifier(model))
        var shares = [Float](repeating: 0, count: Joint.count)
        for walk in Self.walks(count: 12, seed: 2) {
            let explanation = explainer.explain(walk.gait, method: method)
            #expect(explanation.label == walk.label)
            let expected = classifier.classify([walk.gait])[0].probabilities
            #expect(zip(explanation.probabilities, expected).allSatisfy { abs($0 - $1) < 1e-4 })
            for (joint, share) in explanation.shares.enumerated() { shares[joint] += share / 12 }
        }
        let best = Joint.allCases.sorted { shares[$0.rawValue] > shares[$1.rawValue] }.prefix(2)
        #expect(Set(best) == [.rightElbow, .rightHand], "\(shares)")
    }

    @Test("what counted most, exchanged, changes the label; all else, exchanged, does not")
    func deletion() throws {
        let model = try Self.armModel.get()
        let (explainer, classifier) = (try GaitExplainer(model), try EmotionClassifier(model))
        let walks = Self.walks(count: 8, seed: 3)
        for (index, walk) in walks.enumerated() {
            let best = explainer.explain(walk.gait).ranking.prefix(3).map(\.joint)
            // The same person's walk of the other class.
            let opposite = Self.rightArm(
                of: walk.gait,
                from: TestWalk.gait(armSwing: index % 2 == 0 ? 0.8 : 0.05, seed: 3000 + UInt64(index)))
            func exchanged(_ joints: some Sequence<Joint>) -> Gait {
                var coordinates = walk.gait.coordinates
                for frame in 0..<walk.gait.frames {
                    for joint in joints {
                        let place = frame * Gait.valuesPerFrame + joint.rawValue * 3
                        coordinates.replaceSubrange(
                            place..<place + 3, with: opposite.coordinates[place..<place + 3])
                    }
                }
                return Gait(validated: coordinates)
            }
            let rest = Joint.allCases.filter { !best.contains($0) }
            let labels = classifier.classify([exchanged(best), exchanged(rest)]).map(\.label)
            #expect(labels == [1 - walk.label, walk.label])
        }
    }

    @Test("the mirror image's explanation is the mirrored one, where the model looks at both")
    func mirrored() throws {
        var configuration = TestModel.configuration(.baseline)
        configuration.mirrored = true
        let explainer = try GaitExplainer(TestModel.trained(configuration))
        let walk = TestWalk.gait(armSwing: 0.5, seed: 4)
        let (own, image) = (explainer.explain(walk, label: 1), explainer.explain(walk.mirrored(), label: 1))
        for joint in Joint.allCases {
            #expect(abs(own.shares[joint.rawValue] - image.shares[joint.mirrored.rawValue]) < 1e-4)
        }
        #expect(own.shares[Joint.leftHand.rawValue] != own.shares[Joint.rightHand.rawValue])
    }

    @Test("saliency is 0 to 1 with a 1, shares add up to 1, and a root that stays in place counts nothing")
    func ranges() throws {
        let explainer = try GaitExplainer(Self.armModel.get())
        let explanation = explainer.explain(TestWalk.gait(armSwing: 0.4))
        #expect(explanation.saliency.count == 75 && explanation.saliency.allSatisfy { $0.count == 16 })
        #expect(explanation.saliency.joined().allSatisfy { (0...1).contains($0) })
        #expect(explanation.saliency.joined().max() == 1)
        #expect(abs(explanation.shares.reduce(0, +) - 1) < 1e-5)
        #expect(explanation.shares[Joint.root.rawValue] < 0.01)
        #expect(explanation.ranking.map(\.share) == explanation.shares.sorted(by: >))
    }

    @Test("of a long gait the last window is explained, of a short one its recorded frames")
    func lengths() throws {
        let explainer = try GaitExplainer(TestModel.trained(TestModel.configuration(.baseline)))
        let walk = TestWalk.gait(armSwing: 0.4, frames: 100)
        let long = explainer.explain(walk)
        #expect(long.firstFrame == 25 && long.saliency.count == 75)
        let last = explainer.explain(walk.slice(start: 25, frames: 75))
        #expect(last.saliency == long.saliency && last.firstFrame == 0)
        let short = explainer.explain(walk.slice(start: 0, frames: 30))
        #expect(short.saliency.count == 30 && short.firstFrame == 0)
        // A gait that says twice the same is explained as half of it.
        let twice = Gait(validated: walk.slice(start: 0, frames: 30).looped(to: 60).coordinates)
        #expect(explainer.explain(twice).probabilities == short.probabilities)
    }

    @Test("affective features are named, the strongest first; another label has another explanation")
    func features() throws {
        let explainer = try GaitExplainer(TestModel.trained(TestModel.configuration(.step)))
        let walk = TestWalk.gait(armSwing: 0.6)
        let explanation = explainer.explain(walk, label: 0)
        let strengths = explanation.contributions.map { abs($0.contribution) }
        #expect(strengths == strengths.sorted(by: >) && strengths[0] > 0)
        #expect(
            Set(explanation.contributions.map(\.feature))
                == Set([0, 1, 6, 12, 27].map { AffectiveFeatures.names[$0] }))
        #expect(explainer.explain(walk, label: 2).contributions != explanation.contributions)
        let without = try GaitExplainer(TestModel.trained(TestModel.configuration(.baseline)))
        #expect(without.explain(walk).contributions.isEmpty)
    }

    @Test("a linear SVM is refused by name")
    func svm() throws {
        let error = #expect(throws: ModelError.self) {
            _ = try GaitExplainer(try TestModel.svm(), path: "svm.safetensors")
        }
        #expect(
            try #require(error).description.contains("svm.safetensors cannot be served: it is a linear SVM"))
    }
}
