import Foundation
import Testing

@testable import NeuralNetwork

struct SoftmaxCrossEntropyTests {
    /// The loss and its gradient in Float64 for logits `[classes, N]`; operand: the logits.
    private static func twin(labels: [Int], weights: [Double], smoothing: Double) -> Twin {
        let (classes, count) = (weights.count, labels.count)
        let total = labels.reduce(0) { $0 + weights[$1] }
        @Sendable func target(_ row: Int, _ column: Int) -> Double {
            smoothing / Double(classes) + (row == labels[column] ? 1 - smoothing : 0)
        }
        @Sendable func probability(_ logits: [Double], _ row: Int, _ column: Int) -> Double {
            let sum = (0..<classes).reduce(0) { $0 + exp(logits[$1 * count + column]) }
            return exp(logits[row * count + column]) / sum
        }
        return Twin(
            forward: { operands in
                var loss = 0.0
                for column in 0..<count {
                    for row in 0..<classes {
                        loss -=
                            weights[labels[column]] / total * target(row, column)
                            * log(probability(operands[0], row, column))
                    }
                }
                return [loss]
            },
            backward: { operands, gradient in
                var result = operands[0]
                for column in 0..<count {
                    for row in 0..<classes {
                        result[row * count + column] =
                            gradient[0] * weights[labels[column]] / total
                            * (probability(operands[0], row, column) - target(row, column))
                    }
                }
                return [result]
            })
    }

    @Test("loss and gradient agree with the twin", arguments: [0, 0.1], [false, true])
    func agreement(smoothing: Float, weighted: Bool) {
        let labels = [0, 2, 1, 2, 3]
        let weights: [Float] = weighted ? [0.5, 2, 1, 3] : [1, 1, 1, 1]
        let twin = Self.twin(labels: labels, weights: weights.map(Double.init), smoothing: Double(smoothing))
        let loss = SoftmaxCrossEntropy(
            classes: 4, classWeights: weighted ? weights : nil, smoothing: smoothing)
        let (output, gradient) = (Tensor(Shape(channels: 1, batch: 1)), Tensor())
        expectAgreement(
            LayerUnderTest(
                store: ParameterStore(), parameters: [],
                forward: {
                    gradient.copy(from: $0)
                    output.copy(from: [loss(gradient, labels: labels)])
                    return output
                },
                backward: {
                    let scale = $0.values[0]
                    gradient.copy(from: gradient.values.map { $0 * scale })
                    return gradient
                }),
            twin, input: Shape(channels: 4, batch: 5), range: -4...4)
    }

    @Test("several classes cost and weigh as much as their labels do on average")
    func probabilities() {
        let loss = SoftmaxCrossEntropy(classes: 3, classWeights: [0.5, 2, 1], smoothing: 0.1)
        func learn(_ targets: [SoftmaxCrossEntropy.Target]) -> (loss: Float, gradient: [Float]) {
            let logits = Tensor(Shape(channels: 3, batch: targets.count))
            logits.copy(from: [1, -0.5, 0.25].flatMap { Array(repeating: $0, count: targets.count) })
            return (loss(logits, targets: targets), logits.values)
        }
        let certain = learn([.probabilities([0, 1, 0])])
        #expect(certain == learn([.label(1)]))
        // A half of each label beside another gait: like two gaits of half the weight.
        let halves = learn([.probabilities([0.5, 0, 0.5]), .label(1)])
        let (first, third, second) = (learn([.label(0)]), learn([.label(2)]), learn([.label(1)]))
        let expected = (0.75 * (first.loss + third.loss) / 2 + 2 * second.loss) / 2.75
        #expect(abs(halves.loss - expected) < 1e-6)
        for row in 0..<3 {
            let slope = 0.75 * (first.gradient[row] + third.gradient[row]) / 2 / 2.75
            #expect(abs(halves.gradient[2 * row] - slope) < 1e-6)
        }
    }

    @Test("probabilities add up to 1 and keep their order, even of large logits")
    func softmax() {
        let logits = Tensor(Shape(channels: 3, batch: 2))
        logits.copy(from: [3e4, -1, 0, -1.5, -3e4, 2])
        SoftmaxCrossEntropy.softmax(logits)
        let values = logits.values
        #expect(values.allSatisfy { $0.isFinite && $0 >= 0 })
        for column in 0..<2 {
            #expect(abs(values[column] + values[2 + column] + values[4 + column] - 1) < 1e-6)
        }
        #expect(values[0] == 1)
        #expect(values[5] > values[1] && values[1] > values[3])
    }

    @Test("a certain mistake has a finite loss")
    func certainMistake() {
        let logits = Tensor(Shape(channels: 2, batch: 1))
        logits.copy(from: [-500, 500])
        let loss = SoftmaxCrossEntropy(classes: 2)(logits, labels: [0])
        #expect(loss.isFinite && loss > 50)
        #expect(logits.values == [-1, 1])
    }
}
