import Foundation
import Testing

@testable import NeuralNetwork

struct AdamTests {
    /// The settings of one comparison.
    struct Case: CustomTestStringConvertible {
        var decay: Float = 0
        var decoupled = false
        var limit: Float = .infinity
        var testDescription: String { "decay \(decay), decoupled \(decoupled), limit \(limit)" }
    }

    static let cases = [
        Case(), Case(decay: 0.1), Case(decay: 0.1, decoupled: true), Case(limit: 0.5),
        Case(decay: 0.1, decoupled: true, limit: 0.5),
    ]

    /// One step in Float64 of Kingma and Ba's Algorithm 1, with the decay of Loshchilov and Hutter.
    private struct Twin {
        var w: [Double]
        var m: [Double]
        var v: [Double]
        var step = 0.0

        init(_ values: [Float]) {
            w = values.map(Double.init)
            m = w.map { _ in 0 }
            v = m
        }

        mutating func update(_ gradient: [Double], rate: Double, decay: [Double], decoupled: Bool) {
            step += 1
            for i in w.indices {
                let g = gradient[i] + (decoupled ? 0 : decay[i] * w[i])
                if decoupled { w[i] -= rate * decay[i] * w[i] }
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.999 * v[i] + 0.001 * g * g
                w[i] -=
                    rate * (m[i] / (1 - pow(0.9, step)))
                    / ((v[i] / (1 - pow(0.999, step))).squareRoot() + 1e-8)
            }
        }
    }

    @Test("thirty steps agree with the twin; only weights decay, statistics stay", arguments: cases)
    func twin(test: Case) {
        var generator = TestGenerator(seed: 1)
        let store = ParameterStore()
        for (name, role) in [
            ("w", Parameter.Role.weight), ("b", .unregularised), ("running_mean", .statistic),
        ] { _ = store.declare(name, [5, 3], role) { Float.random(in: -1...1, using: &generator) } }
        var options = Adam.Options()
        (options.weightDecay, options.decoupled) = (test.decay, test.decoupled)
        options.maximumGradientNorm = test.limit
        let adam = Adam(store, options: options)
        let statistic = Array(store.snapshot[30...])
        var twin = Twin(Array(store.snapshot[..<30]))
        let decay = (0..<30).map { $0 < 15 ? Double(test.decay) : 0 }
        for step in 0..<30 {
            let gradient = generator.floats(30)
            for (index, value) in gradient.enumerated() { store.gradients[index] = value }
            let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let scale = min(1, Double(test.limit) / norm)
            let rate = Float(0.1) / Float(step + 1)
            adam.update(learningRate: rate)
            twin.update(
                gradient.map { Double($0) * scale }, rate: Double(rate), decay: decay,
                decoupled: test.decoupled)
            #expect(store.gradientNorm == 0)
        }
        #expect(relativeError(Array(store.snapshot[..<30]), twin.w) < 1e-5)
        #expect(Array(store.snapshot[30...]) == statistic)
    }

    @Test("it finds the bottom of a bowl")
    func descent() {
        let store = ParameterStore()
        _ = store.declare("w", [2], .weight) { 5 }
        var options = Adam.Options()
        options.weightDecay = 0
        let adam = Adam(store, options: options)
        for _ in 0..<2000 {
            store.gradients[0] = 2 * (store.values[0] - 1)
            store.gradients[1] = 200 * (store.values[1] + 2)
            adam.update(learningRate: 0.02)
        }
        #expect(abs(store.snapshot[0] - 1) < 1e-2 && abs(store.snapshot[1] + 2) < 1e-2)
    }
}

struct LearningRateScheduleTests {
    @Test(
        "the step schedule drops tenfold at 50, 75 and 87.5 %",
        arguments: [(0, 1), (0.4999, 1), (0.5, 0.1), (0.7499, 0.1), (0.75, 0.01), (0.875, 0.001), (1, 0.001)])
    func step(progress: Double, rate: Float) {
        #expect(abs(LearningRateSchedule.step.rate(at: progress, peak: 2) / (2 * rate) - 1) < 1e-5)
    }

    @Test(
        "one cycle rises over the first tenth and ends at a thousandth",
        arguments: [(0, 0.04), (0.05, 0.52), (0.1, 1), (0.55, 0.5005), (1, 0.001), (1.5, 0.001)])
    func oneCycle(progress: Double, rate: Float) {
        #expect(abs(LearningRateSchedule.oneCycle.rate(at: progress, peak: 2) / (2 * rate) - 1) < 1e-4)
    }

    @Test("one cycle rises, then falls", arguments: [0.1])
    func monotonous(peak: Double) {
        let rates = (0...100).map { LearningRateSchedule.oneCycle.rate(at: Double($0) / 100, peak: 1) }
        for (index, pair) in zip(rates, rates.dropFirst()).enumerated() {
            #expect(Double(index) / 100 < peak - 1e-9 ? pair.0 < pair.1 : pair.0 > pair.1)
        }
    }
}
