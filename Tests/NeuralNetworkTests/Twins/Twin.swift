@testable import NeuralNetwork

/// A layer in Float64, as slow and obvious as can be. Operands are the input and the parameters.
struct Twin: Sendable {
    /// The outputs of the operands.
    let forward: @Sendable (_ operands: [[Double]]) -> [Double]
    /// The gradient of each operand, given that of the outputs.
    let backward: @Sendable (_ operands: [[Double]], _ gradient: [Double]) -> [[Double]]

    /// One product that is added to one output.
    struct Term: Sendable {
        let output: Int
        var constant = 1.0
        /// Which value of which operand.
        let factors: [(operand: Int, index: Int)]
    }

    /// Outputs that are sums of products of operands' values: most layers are.
    static func sumOfProducts(outputs: Int, _ terms: [Term]) -> Twin {
        Twin(
            forward: { operands in
                var result = [Double](repeating: 0, count: outputs)
                for term in terms {
                    result[term.output] += term.factors.reduce(term.constant) {
                        $0 * operands[$1.operand][$1.index]
                    }
                }
                return result
            },
            backward: { operands, gradient in
                var result = operands.map { [Double](repeating: 0, count: $0.count) }
                for term in terms {
                    for place in term.factors.indices {
                        var product = term.constant * gradient[term.output]
                        for (other, factor) in term.factors.enumerated() where other != place {
                            product *= operands[factor.operand][factor.index]
                        }
                        result[term.factors[place].operand][term.factors[place].index] += product
                    }
                }
                return result
            })
    }
}

extension Shape {
    /// The place of `[c, n, v, t]` in storage order.
    func place(_ channel: Int, _ sample: Int, _ joint: Int, _ frame: Int) -> Int {
        ((channel * batch + sample) * joints + joint) * frames + frame
    }

    /// Every `[n, v, t]`.
    var positions: [(sample: Int, joint: Int, frame: Int)] {
        (0..<batch).flatMap { sample in
            (0..<joints).flatMap { joint in (0..<frames).map { (sample, joint, $0) } }
        }
    }
}
