import Gait
import NeuralNetwork
import Synchronization
import Testing

@testable import GaitModels

struct LifterTrainingTests {
    private let source = TrainingRecord.Source(command: "gaitctl train", dataset: "walks", version: 1)

    private func training(threads: Int = 2, epochs: Int = 4, seed: UInt64 = 1) -> LifterTraining {
        var options = LifterOptions()
        options.epochs = epochs
        options.batch = 16
        options.windowsPerEpoch = 160
        options.seed = seed
        options.heldOut = 0.2
        return LifterTraining(
            configuration: LifterExample.configuration, options: options, share: 0.2, threads: threads)
    }

    @Test("a small training lowers the loss, and writes down what it held out")
    func loss() throws {
        let losses = Mutex<[Float]>([])
        let observer = TrainingObserver(epoch: { _, progress in
            losses.withLock { $0.append(progress.loss) }
        })
        let gaits = LifterExample.recordings(20)
        let (model, report) = try training().run(
            gaits, further: [], source: source, for: "lifter.safetensors", observer: observer)
        let found = losses.withLock { $0 }
        #expect(found.count == 4 && (found.last ?? 1) < 0.8 * (found.first ?? 0))
        #expect(report.trainingGaits + report.validationGaits + report.heldOutGaits == 20)
        #expect(report.heldOutGaits == 4 && report.terms["error_mm"] != nil)
        let heldOut = try #require(model.description.lifter?.heldOut)
        #expect(gaits.count { heldOut.contains($0.recording) } == 4)
        #expect(model.description.training?.gaits == report.trainingGaits)
        let length = try #require(model.description.lifter?.bodyLength)
        #expect(abs(length - BodySize(gaits[0].limbs.gait).length) < 0.02)
    }

    @Test("the same seed gives the same bits with any number of threads, another seed others")
    func determinism() throws {
        let gaits = LifterExample.recordings(10)
        func weights(_ training: LifterTraining) throws -> [Float] {
            try training.run(
                gaits, further: [], source: source, for: "", observer: TrainingObserver()
            ).model.tensors.flatMap(\.values)
        }
        let first = try weights(training(threads: 2, epochs: 2))
        #expect(try weights(training(threads: 1, epochs: 2)) == first)
        #expect(try weights(training(threads: 2, epochs: 2, seed: 2)) != first)
    }

    @Test("a training without gaits, and a cancelled one, are errors")
    func errors() {
        #expect(throws: ModelError.self) {
            try training().run(
                [], further: [], source: source, for: "", observer: TrainingObserver())
        }
        #expect(throws: ModelError.cancelled) {
            try training().run(
                LifterExample.recordings(10), further: [], source: source, for: "",
                observer: TrainingObserver(isCancelled: { true }))
        }
    }
}
