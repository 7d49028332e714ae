@testable import NeuralNetwork

extension Twin {
    /// `y[o] = sum_i W[o, i] x[i] + b[o]` at every `stride`th frame. Operands: x, W, b.
    static func linear(_ shape: Shape, outputs: Int, stride: Int) -> Twin {
        let result = shape.with(channels: outputs).with(frames: (shape.frames + stride - 1) / stride)
        var terms: [Term] = []
        for (n, v, t) in result.positions {
            for o in 0..<outputs {
                let output = result.place(o, n, v, t)
                terms.append(Term(output: output, factors: [(2, o)]))
                for i in 0..<shape.channels {
                    let x = shape.place(i, n, v, t * stride)
                    terms.append(Term(output: output, factors: [(0, x), (1, o * shape.channels + i)]))
                }
            }
        }
        return sumOfProducts(outputs: result.count, terms)
    }

    /// `y[o, t] = sum_i sum_k W[o, i, k] x[i, t * stride + k - (Kt - 1) / 2] + b[o]`, x being 0 outside its
    /// frames. Operands: x, W, b.
    static func temporalConvolution(_ shape: Shape, outputs: Int, kernel: Int, stride: Int) -> Twin {
        let result = shape.with(channels: outputs).with(frames: (shape.frames + stride - 1) / stride)
        var terms: [Term] = []
        for (n, v, t) in result.positions {
            for o in 0..<outputs {
                let output = result.place(o, n, v, t)
                terms.append(Term(output: output, factors: [(2, o)]))
                for i in 0..<shape.channels {
                    for k in 0..<kernel {
                        let frame = t * stride + k - (kernel - 1) / 2
                        guard (0..<shape.frames).contains(frame) else { continue }
                        let weight = (o * shape.channels + i) * kernel + k
                        terms.append(
                            Term(output: output, factors: [(0, shape.place(i, n, v, frame)), (1, weight)]))
                    }
                }
            }
        }
        return sumOfProducts(outputs: result.count, terms)
    }

    /// `y[c, w] = sum_k sum_v A[k, v, w] I[k, v, w] (sum_i W[k, c, i] x[i, v] + b[k, c])`.
    /// Operands: x, W, b, and I where there is one.
    static func graphConvolution(_ shape: Shape, outputs: Int, graph: SparseGraph, importance: Bool) -> Twin {
        let result = shape.with(channels: outputs)
        var terms: [Term] = []
        for (n, w, t) in result.positions {
            for c in 0..<outputs {
                let output = result.place(c, n, w, t)
                for k in 0..<graph.partitions {
                    for v in 0..<shape.joints {
                        let edge = (k * shape.joints + v) * shape.joints + w
                        let constant = Double(graph.dense[edge])
                        let scale = importance ? [(operand: 3, index: edge)] : []
                        let row = k * outputs + c
                        terms.append(Term(output: output, constant: constant, factors: scale + [(2, row)]))
                        for i in 0..<shape.channels {
                            let factors = [(0, shape.place(i, n, v, t)), (1, row * shape.channels + i)]
                            terms.append(Term(output: output, constant: constant, factors: scale + factors))
                        }
                    }
                }
            }
        }
        return sumOfProducts(outputs: result.count, terms)
    }

    /// The mean over joints and frames. Operand: x.
    static func averagePool(_ shape: Shape) -> Twin {
        let share = 1 / Double(shape.joints * shape.frames)
        let terms = (0..<shape.channels).flatMap { c in
            shape.positions.map { n, v, t in
                Term(output: c * shape.batch + n, constant: share, factors: [(0, shape.place(c, n, v, t))])
            }
        }
        return sumOfProducts(outputs: shape.channels * shape.batch, terms)
    }
}
