import Foundation

/// Adam (Kingma and Ba 2015), with weight decay added to the gradient or decoupled from it (AdamW, Loshchilov
/// and Hutter 2019).
package final class Adam {
    /// The settings of the optimizer.
    package struct Options: Sendable {
        package var beta1: Float = 0.9
        package var beta2: Float = 0.999
        package var epsilon: Float = 1e-8
        /// How strongly weights are pulled to zero; biases, normalization and edge importance are not.
        package var weightDecay: Float = 5e-4
        /// Whether weight decay is decoupled from the gradient.
        package var decoupled = false
        /// The largest norm of the whole gradient; a larger one is scaled down. Infinite for no limit.
        package var maximumGradientNorm: Float = .infinity

        package init() {}
    }

    private let store: ParameterStore
    private let options: Options
    private var step = 0
    private var firstMoment: [Float]
    private var secondMoment: [Float]

    package init(_ store: ParameterStore, options: Options = Options()) {
        self.store = store
        self.options = options
        firstMoment = Array(repeating: 0, count: store.count)
        secondMoment = Array(repeating: 0, count: store.count)
    }

    /// Changes every learned parameter by its gradient, and sets the gradients to zero.
    package func update(learningRate: Float) {
        step += 1
        let correction1 = 1 - pow(options.beta1, Float(step))
        let correction2 = (1 - pow(options.beta2, Float(step))).squareRoot()
        var scale: Float = 1
        if options.maximumGradientNorm.isFinite {
            scale = min(1, options.maximumGradientNorm / max(store.gradientNorm, .leastNormalMagnitude))
        }
        firstMoment.withUnsafeMutableBufferPointer { first in
            secondMoment.withUnsafeMutableBufferPointer { second in
                guard let m = first.baseAddress, let v = second.baseAddress else { return }
                for parameter in store.parameters where parameter.role != .statistic {
                    let decay = parameter.role == .weight ? options.weightDecay : 0
                    update(
                        parameter, m + parameter.offset, v + parameter.offset,
                        rate: learningRate * correction2 / correction1,
                        epsilon: options.epsilon * correction2,
                        gradientScale: scale, added: options.decoupled ? 0 : decay,
                        kept: options.decoupled ? 1 - learningRate * decay : 1)
                }
            }
        }
        store.zeroGradients()
    }

    private func update(
        _ parameter: Parameter, _ m: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>,
        rate: Float, epsilon: Float, gradientScale: Float, added: Float, kept: Float
    ) {
        let w = store.values(parameter)
        let g = store.gradients(parameter)
        let (beta1, beta2) = (options.beta1, options.beta2)
        for i in 0..<parameter.count {
            let gradient = gradientScale * g[i] + added * w[i]
            m[i] = beta1 * m[i] + (1 - beta1) * gradient
            v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient
            w[i] = kept * w[i] - rate * m[i] / (v[i].squareRoot() + epsilon)
        }
    }
}

/// The learning rate over the course of a training.
package enum LearningRateSchedule: String, Codable, Sendable {
    /// x0.1 at 50, 75 and 87.5 % of the training, as the paper has it.
    case step
    /// A linear rise over the first tenth, then a half cosine to a thousandth (Smith and Topin 2019).
    case oneCycle = "one_cycle"

    /// The rate at a moment of the training.
    ///
    /// - Parameters:
    ///   - progress: 0 at the start, 1 at the end.
    ///   - peak: the largest rate.
    package func rate(at progress: Double, peak: Float) -> Float {
        switch self {
        case .step:
            let drops = [0.5, 0.75, 0.875].filter { progress >= $0 }.count
            return peak * Float(pow(0.1, Double(drops)))
        case .oneCycle:
            let rise = 0.1
            if progress < rise { return peak * Float(0.04 + 0.96 * progress / rise) }
            let fall = min((progress - rise) / (1 - rise), 1)
            return peak * Float(0.001 + 0.999 * 0.5 * (1 + cos(Double.pi * fall)))
        }
    }
}
