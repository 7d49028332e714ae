import Foundation

/// Softmax and cross-entropy with class weights and label smoothing over logits `[classes, N]`.
package struct SoftmaxCrossEntropy: Sendable {
    /// The weight of each class's gaits, one per class.
    package let classWeights: [Float]
    /// The share of a label that is spread evenly over all classes, 0 to below 1 (Szegedy et al. 2016).
    package let smoothing: Float

    /// - Parameter classWeights: nil for 1 each.
    package init(classes: Int, classWeights: [Float]? = nil, smoothing: Float = 0) {
        self.classWeights = classWeights ?? Array(repeating: 1, count: classes)
        self.smoothing = smoothing
    }

    /// What a network is to say.
    package enum Target: Sendable, Equatable {
        case label(Int)
        /// The probability of each class, as a teacher or several raters say it (Hinton et al. 2015).
        case probabilities([Float])

        fileprivate func probability(of label: Int) -> Float {
            switch self {
            case .label(let own): own == label ? 1 : 0
            case .probabilities(let all): all[label]
            }
        }
    }

    /// The weighted mean loss; replaces the logits by its gradient.
    package func callAsFunction(_ logits: Tensor, labels: [Int]) -> Float {
        self(logits, targets: labels.map { .label($0) })
    }

    /// The weighted mean loss; replaces the logits by its gradient.
    ///
    /// As in PyTorch, the mean is over the sum of the labels' weights; several classes weigh as much as their mean.
    package func callAsFunction(_ logits: Tensor, targets: [Target]) -> Float {
        let classes = logits.shape.channels
        let count = logits.shape.columns
        let weights = targets.map { target in
            (0..<classes).reduce(Float(0)) { $0 + target.probability(of: $1) * classWeights[$1] }
        }
        let total = weights.reduce(0, +)
        var loss: Float = 0
        for column in 0..<count {
            let weight = weights[column] / total
            Self.softmax(logits, column: column)
            for row in 0..<classes {
                let place = row * count + column
                let probability = logits.base[place]
                let target =
                    smoothing / Float(classes) + (1 - smoothing) * targets[column].probability(of: row)
                loss -= weight * target * log(max(probability, .leastNormalMagnitude))
                logits.base[place] = weight * (probability - target)
            }
        }
        return loss
    }

    /// The probabilities `[classes, N]` of logits, in place.
    package static func softmax(_ logits: Tensor) {
        for column in 0..<logits.shape.columns { softmax(logits, column: column) }
    }

    private static func softmax(_ logits: Tensor, column: Int) {
        let count = logits.shape.columns
        var largest = -Float.infinity
        for row in 0..<logits.shape.channels { largest = max(largest, logits.base[row * count + column]) }
        var sum: Float = 0
        for row in 0..<logits.shape.channels {
            let value = exp(logits.base[row * count + column] - largest)
            logits.base[row * count + column] = value
            sum += value
        }
        for row in 0..<logits.shape.channels { logits.base[row * count + column] /= sum }
    }
}
