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

    /// The weighted mean loss; replaces the logits by its gradient.
    ///
    /// As in PyTorch, the mean is over the sum of the labels' weights.
    package func callAsFunction(_ logits: Tensor, labels: [Int]) -> Float {
        let classes = logits.shape.channels
        let count = logits.shape.columns
        let total = labels.reduce(Float(0)) { $0 + classWeights[$1] }
        var loss: Float = 0
        for column in 0..<count {
            let weight = classWeights[labels[column]] / total
            Self.softmax(logits, column: column)
            for row in 0..<classes {
                let place = row * count + column
                let probability = logits.base[place]
                var target = smoothing / Float(classes)
                if row == labels[column] { target += 1 - smoothing }
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
