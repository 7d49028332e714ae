/// Batch normalization (Ioffe and Szegedy 2015) with running statistics; eps 1e-5, momentum 0.1.
///
/// A channel is either a channel of `[C, N, V, T]`, or, for the network's input, a pair of joint and
/// coordinate with the index `v * C + c`, as the released weights have it.
package final class BatchNorm {
    /// The extent of one normalized channel.
    package enum Grouping: Sendable {
        /// Batch, joints and frames of a channel.
        case channels
        /// Batch and frames of a joint's coordinate.
        case jointCoordinates
    }

    package static let epsilon: Float = 1e-5
    package static let momentum: Float = 0.1

    /// `[channels]`, initialized to 1.
    package let weight: Parameter
    /// `[channels]`, initialized to 0.
    package let bias: Parameter
    package let runningMean: Parameter
    package let runningVariance: Parameter
    /// The number of normalized channels.
    package let channels: Int

    private let grouping: Grouping
    private let store: ParameterStore
    private var input = Tensor()
    private let output = Tensor()
    private let inputGradient = Tensor()
    private var mean: [Float]
    private var inverseDeviation: [Float]

    package init(_ name: String, channels: Int, grouping: Grouping = .channels, in store: ParameterStore) {
        weight = store.declare("\(name).weight", [channels], .unregularised) { 1 }
        bias = store.declare("\(name).bias", [channels], .unregularised) { 0 }
        runningMean = store.declare("\(name).running_mean", [channels], .statistic) { 0 }
        runningVariance = store.declare("\(name).running_var", [channels], .statistic) { 1 }
        (self.channels, self.grouping, self.store) = (channels, grouping, store)
        mean = Array(repeating: 0, count: channels)
        inverseDeviation = Array(repeating: 1, count: channels)
    }

    /// Normalizes by the batch's own statistics, which it blends into the running ones, or by the running ones.
    package func callAsFunction(_ input: Tensor, training: Bool) -> Tensor {
        self.input = input
        output.reshape(to: input.shape)
        let runs = Runs(grouping, input.shape)
        for channel in 0..<channels {
            if training {
                measure(channel, runs)
            } else {
                mean[channel] = store.values(runningMean)[channel]
                inverseDeviation[channel] =
                    1 / (store.values(runningVariance)[channel] + Self.epsilon).squareRoot()
            }
            let scale = store.values(weight)[channel] * inverseDeviation[channel]
            let shift = store.values(bias)[channel] - mean[channel] * scale
            for run in 0..<runs.count {
                let place = runs.offset(channel, run)
                Vector.affine(
                    input.base + place, scale: scale, shift: shift, into: output.base + place,
                    count: runs.length)
            }
        }
        return output
    }

    private func measure(_ channel: Int, _ runs: Runs) {
        let count = Float(runs.count * runs.length)
        var sum: Float = 0
        for run in 0..<runs.count {
            sum += Vector.sum(input.base + runs.offset(channel, run), count: runs.length)
        }
        let centre = sum / count
        var squares: Float = 0
        for run in 0..<runs.count {
            squares += Vector.squaredDeviation(
                input.base + runs.offset(channel, run), from: centre, count: runs.length)
        }
        let variance = squares / count
        mean[channel] = centre
        inverseDeviation[channel] = 1 / (variance + Self.epsilon).squareRoot()
        let unbiased = count > 1 ? squares / (count - 1) : variance
        store.values(runningMean)[channel] += Self.momentum * (centre - store.values(runningMean)[channel])
        store.values(runningVariance)[channel] +=
            Self.momentum * (unbiased - store.values(runningVariance)[channel])
    }

    /// Adds to the gradients of scale and shift, and returns the gradient of the input of the last training
    /// call; in a pass for the input alone, of the last call that was not for training.
    package func backward(_ gradient: Tensor, for pass: BackwardPass = .training) -> Tensor {
        inputGradient.reshape(to: gradient.shape)
        let runs = Runs(grouping, gradient.shape)
        guard pass == .training else {
            scaleByRunningStatistics(gradient, runs)
            return inputGradient
        }
        let count = Float(runs.count * runs.length)
        for channel in 0..<channels {
            var sum: Float = 0
            var product: Float = 0
            for run in 0..<runs.count {
                let place = runs.offset(channel, run)
                sum += Vector.sum(gradient.base + place, count: runs.length)
                product += Vector.dot(gradient.base + place, input.base + place, count: runs.length)
            }
            // sum of gradient * normalized input
            let projected = (product - mean[channel] * sum) * inverseDeviation[channel]
            store.gradients(weight)[channel] += projected
            store.gradients(bias)[channel] += sum
            let scale = store.values(weight)[channel] * inverseDeviation[channel]
            let slope = -scale * projected * inverseDeviation[channel] / count
            let shift = -scale * sum / count - slope * mean[channel]
            for run in 0..<runs.count {
                let place = runs.offset(channel, run)
                let (dy, x, dx) = (gradient.base + place, input.base + place, inputGradient.base + place)
                for i in 0..<runs.length { dx[i] = scale * dy[i] + slope * x[i] + shift }
            }
        }
        return inputGradient
    }

    private func scaleByRunningStatistics(_ gradient: Tensor, _ runs: Runs) {
        for channel in 0..<channels {
            let scale = store.values(weight)[channel] * inverseDeviation[channel]
            for run in 0..<runs.count {
                let place = runs.offset(channel, run)
                Vector.scale(
                    gradient.base + place, by: scale, into: inputGradient.base + place, count: runs.length)
            }
        }
    }

    /// Makes it the map `x -> scale * x + shift` of each channel outside training.
    package func setAffine(scale: [Float], shift: [Float]) {
        precondition(scale.count == channels && shift.count == channels, "\(scale.count) scales")
        for channel in 0..<channels {
            store.values(runningMean)[channel] = 0
            store.values(runningVariance)[channel] = 1 - Self.epsilon
            store.values(weight)[channel] = scale[channel]
            store.values(bias)[channel] = shift[channel]
        }
    }

    /// The running standard deviation of each channel; 0 where the variance is below ``epsilon``, which is no
    /// variance to the normalization either.
    package func deviations() -> [Float] {
        (0..<channels).map { channel in
            let variance = store.values(runningVariance)[channel]
            return variance > Self.epsilon ? variance.squareRoot() : 0
        }
    }

    /// The map `x -> scale * x + shift` that the running statistics define for each channel; used for folding.
    package func affine() -> (scale: [Float], shift: [Float]) {
        var scales: [Float] = []
        var shifts: [Float] = []
        for channel in 0..<channels {
            let deviation = (store.values(runningVariance)[channel] + Self.epsilon).squareRoot()
            let scale = store.values(weight)[channel] / deviation
            scales.append(scale)
            shifts.append(store.values(bias)[channel] - store.values(runningMean)[channel] * scale)
        }
        return (scales, shifts)
    }

    /// Where the contiguous runs of a channel lie.
    private struct Runs {
        let count: Int
        let length: Int
        private let runStride: Int
        private let minorCount: Int
        private let minorStride: Int
        private let majorStride: Int

        init(_ grouping: Grouping, _ shape: Shape) {
            switch grouping {
            case .channels:
                (count, length, runStride) = (1, shape.columns, 0)
                (minorCount, minorStride, majorStride) = (1, 0, shape.columns)
            case .jointCoordinates:
                (count, length, runStride) = (shape.batch, shape.frames, shape.joints * shape.frames)
                (minorCount, minorStride, majorStride) = (shape.channels, shape.columns, shape.frames)
            }
        }

        @inline(__always)
        func offset(_ channel: Int, _ run: Int) -> Int {
            channel / minorCount * majorStride + channel % minorCount * minorStride + run * runStride
        }
    }
}
