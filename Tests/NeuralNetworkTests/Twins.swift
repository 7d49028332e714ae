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

extension Twin {
    /// `y[o] = sum_i W[o, i] x[i] + b[o]` at every `stride`th frame. Operands: x, W, b.
    static func linear(_ shape: Shape, outputs: Int, stride: Int) -> Twin {
        temporalConvolution(shape, outputs: outputs, kernel: 1, stride: stride)
    }

    /// `y[o] = sum_t W[o, t] x[t] + b[o]` of the frames of every channel, sample and joint. Operands: x, W, b.
    static func frameMixing(_ shape: Shape, outputs: Int) -> Twin {
        let rows = shape.channels * shape.batch * shape.joints
        var terms: [Term] = []
        for row in 0..<rows {
            for o in 0..<outputs {
                let output = row * outputs + o
                terms.append(Term(output: output, factors: [(2, o)]))
                for t in 0..<shape.frames {
                    let factors = [(0, row * shape.frames + t), (1, o * shape.frames + t)]
                    terms.append(Term(output: output, factors: factors))
                }
            }
        }
        return sumOfProducts(outputs: rows * outputs, terms)
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

/// What batch normalization does to the values of one channel, in Float64.
struct ChannelStatistics {
    let mean: Double
    let variance: Double
    /// With n - 1 for n, as the running variance has it.
    let unbiasedVariance: Double

    init(_ values: [Double]) {
        let count = Double(values.count)
        mean = values.reduce(0, +) / count
        let center = mean
        let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
        variance = squares / count
        unbiasedVariance = count > 1 ? squares / (count - 1) : variance
    }
}

extension Twin {
    /// Which normalized channel each value of the input belongs to.
    static func channels(_ shape: Shape, _ grouping: BatchNorm.Grouping) -> [Int] {
        (0..<shape.channels).flatMap { c in
            shape.positions.map { _, v, _ in grouping == .channels ? c : v * shape.channels + c }
        }
    }

    /// Batch normalization by the batch's own statistics. Operands: x, scale, shift.
    static func batchNorm(_ channels: [Int]) -> Twin {
        let members = Dictionary(grouping: channels.indices, by: { channels[$0] })
        let epsilon = 1e-5
        return Twin(
            forward: { operands in
                var result = operands[0]
                for (channel, places) in members {
                    let statistics = ChannelStatistics(places.map { operands[0][$0] })
                    let deviation = (statistics.variance + epsilon).squareRoot()
                    for place in places {
                        let normalised = (operands[0][place] - statistics.mean) / deviation
                        result[place] = operands[1][channel] * normalised + operands[2][channel]
                    }
                }
                return result
            },
            backward: { operands, gradient in
                var result = operands.map { [Double](repeating: 0, count: $0.count) }
                for (channel, places) in members {
                    let statistics = ChannelStatistics(places.map { operands[0][$0] })
                    let deviation = (statistics.variance + epsilon).squareRoot()
                    let count = Double(places.count)
                    // Each value reaches the output by itself, through the mean and through the variance.
                    var throughMean = 0.0
                    var throughVariance = 0.0
                    for place in places {
                        let centered = operands[0][place] - statistics.mean
                        result[1][channel] += gradient[place] * centered / deviation
                        result[2][channel] += gradient[place]
                        let slope = gradient[place] * operands[1][channel]
                        throughMean -= slope / deviation
                        throughVariance -= slope * centered / (2 * deviation * deviation * deviation)
                    }
                    for place in places {
                        let centered = operands[0][place] - statistics.mean
                        result[0][place] =
                            gradient[place] * operands[1][channel] / deviation
                            + throughMean / count + throughVariance * 2 * centered / count
                    }
                }
                return result
            })
    }
}
