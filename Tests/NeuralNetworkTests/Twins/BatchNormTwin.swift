@testable import NeuralNetwork

/// What batch normalisation does to the values of one channel, in Float64.
struct ChannelStatistics {
    let mean: Double
    let variance: Double
    /// With n - 1 for n, as the running variance has it.
    let unbiasedVariance: Double

    init(_ values: [Double]) {
        let count = Double(values.count)
        mean = values.reduce(0, +) / count
        let centre = mean
        let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        variance = squares / count
        unbiasedVariance = count > 1 ? squares / (count - 1) : variance
    }
}

extension Twin {
    /// Which normalised channel each value of the input belongs to.
    static func channels(_ shape: Shape, _ grouping: BatchNorm.Grouping) -> [Int] {
        (0..<shape.channels).flatMap { c in
            shape.positions.map { _, v, _ in grouping == .channels ? c : v * shape.channels + c }
        }
    }

    /// Batch normalisation by the batch's own statistics. Operands: x, scale, shift.
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
                        let centred = operands[0][place] - statistics.mean
                        result[1][channel] += gradient[place] * centred / deviation
                        result[2][channel] += gradient[place]
                        let slope = gradient[place] * operands[1][channel]
                        throughMean -= slope / deviation
                        throughVariance -= slope * centred / (2 * deviation * deviation * deviation)
                    }
                    for place in places {
                        let centred = operands[0][place] - statistics.mean
                        result[0][place] =
                            gradient[place] * operands[1][channel] / deviation
                            + throughMean / count + throughVariance * 2 * centred / count
                    }
                }
                return result
            })
    }
}
