/// Spatial graph convolution over K partitions of the adjacency (ST-GCN, Yan et al. 2018):
/// `y[c, w] = sum_k sum_v A_k[v, w] * I_k[v, w] * (W_k x + b_k)[c, v]` at every frame.
///
/// The graph product comes first and the 1x1 convolution after it, which is the same by linearity, costs less
/// where channels grow, and keeps no K-fold output.
package final class GraphConvolution {
    /// `[K * outputs, inputs, 1, 1]`, transposed `[inputs, K * outputs, 1, 1]`.
    package let weight: Parameter
    /// `[K * outputs]`.
    package let bias: Parameter
    /// `[K, V, V]`, initialized to 1; nil if the model has none.
    package let importance: Parameter?
    /// The adjacency.
    package let graph: SparseGraph
    /// The number of input channels.
    package let inputs: Int
    /// The number of output channels.
    package let outputs: Int

    private let form: ConvolutionForm
    private let store: ParameterStore
    private var input = Tensor()
    private let spread = Tensor()
    private let output = Tensor()
    private let partitionGradient = Tensor()
    private let inputGradient = Tensor()

    /// Weights and biases are drawn uniformly from +-1/sqrt(inputs), as for any 1x1 convolution.
    package init(
        _ name: String, importance importanceName: String?, inputs: Int, outputs: Int, graph: SparseGraph,
        form: ConvolutionForm = .plain, in store: ParameterStore,
        using generator: inout some RandomNumberGenerator
    ) {
        let rows = graph.partitions * outputs
        let channels = form == .plain ? [rows, inputs] : [inputs, rows]
        (weight, bias) = store.declareUniform(
            name, channels + [1, 1], outputs: rows, inputs: inputs, using: &generator)
        let extents = [graph.partitions, graph.joints, graph.joints]
        importance = importanceName.map { store.declare($0, extents, .unregularised) { 1 } }
        (self.inputs, self.outputs, self.graph) = (inputs, outputs, graph)
        (self.form, self.store) = (form, store)
    }

    /// `[inputs, N, V, T]` to `[outputs, N, V, T]`.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        self.input = input
        let columns = input.shape.columns
        graph.spread(input, importance: importance.map { UnsafePointer(store.values($0)) }, into: spread)
        output.reshape(to: input.shape.with(channels: outputs))
        for k in 0..<graph.partitions {
            BLAS.multiply(
                store.values(weight) + place(k), form == .plain ? .stored : .transposed,
                leadingA: weight.shape[1],
                spread.base + k * inputs * columns, leadingB: columns, into: output.base, leadingC: columns,
                rows: outputs, columns: columns, depth: inputs, beta: k == 0 ? 0 : 1)
        }
        let sums = jointBias()
        forEachRun(of: output.shape) { channelAndJoint, place in
            let values = output.base + place
            Vector.affine(
                values, scale: 1, shift: sums[channelAndJoint], into: values, count: output.shape.frames)
        }
        return output
    }

    /// Calls `body` for each channel, sample and joint with its index in `[outputs, V]` and where its frames begin.
    @inline(__always)
    private func forEachRun(of shape: Shape, _ body: (_ channelAndJoint: Int, _ place: Int) -> Void) {
        for row in 0..<shape.channels * shape.batch * shape.joints {
            let channel = row / (shape.batch * shape.joints)
            body(channel * shape.joints + row % shape.joints, row * shape.frames)
        }
    }

    /// Where the part of the weight that belongs to a partition begins.
    private func place(_ partition: Int) -> Int {
        partition * outputs * (form == .plain ? inputs : 1)
    }

    /// The sum of all partitions' biases at each channel and joint `[outputs, V]`.
    package func jointBias() -> [Float] {
        var sums = [Float](repeating: 0, count: outputs * graph.joints)
        let biases = store.values(bias)
        for entry in graph.entries {
            let factor = entry.value * (importance.map { store.values($0)[entry.index] } ?? 1)
            for channel in 0..<outputs {
                sums[channel * graph.joints + entry.target] +=
                    factor * biases[entry.partition * outputs + channel]
            }
        }
        return sums
    }

    /// Adds to the gradients of weight, bias and importance, and returns the gradient of the input.
    package func backward(_ gradient: Tensor, for pass: BackwardPass = .training) -> Tensor {
        let learns = pass == .training
        let shape = input.shape
        let columns = shape.columns
        inputGradient.reshape(to: shape)
        inputGradient.base.update(repeating: 0, count: shape.count)
        partitionGradient.reshape(to: shape)
        for k in 0..<graph.partitions {
            if learns { accumulateWeight(gradient, partition: k) }
            BLAS.multiply(
                store.values(weight) + place(k), form == .plain ? .transposed : .stored,
                leadingA: weight.shape[1],
                gradient.base, leadingB: columns, into: partitionGradient.base, leadingC: columns,
                rows: inputs, columns: columns, depth: outputs)
            graph.gather(
                partitionGradient, partition: k, input: input,
                importance: importance.map { UnsafePointer(store.values($0)) },
                into: inputGradient, importanceGradient: learns ? importance.map { store.gradients($0) } : nil
            )
        }
        if learns { accumulateBias(gradient) }
        return inputGradient
    }

    private func accumulateWeight(_ gradient: Tensor, partition: Int) {
        let columns = gradient.shape.columns
        let own = UnsafePointer(spread.base + partition * inputs * columns)
        let dy = UnsafePointer(gradient.base)
        let (left, rows, right, width) =
            form == .plain ? (dy, outputs, own, inputs) : (own, inputs, dy, outputs)
        BLAS.multiply(
            left, leadingA: columns, right, .transposed, leadingB: columns,
            into: store.gradients(weight) + place(partition), leadingC: weight.shape[1],
            rows: rows, columns: width, depth: columns, beta: 1)
    }

    /// The bias reaches joint w through `sum_v A_k[v, w] I_k[v, w]`, so its gradient, and its share of the
    /// importance's, come from the gradient summed over batch and frames.
    private func accumulateBias(_ gradient: Tensor) {
        let shape = gradient.shape
        var sums = [Float](repeating: 0, count: outputs * shape.joints)
        forEachRun(of: shape) { sums[$0] += Vector.sum(gradient.base + $1, count: shape.frames) }
        let biases = store.values(bias)
        for entry in graph.entries {
            let factor = entry.value * (importance.map { store.values($0)[entry.index] } ?? 1)
            for channel in 0..<outputs {
                let sum = sums[channel * shape.joints + entry.target]
                let place = entry.partition * outputs + channel
                store.gradients(bias)[place] += factor * sum
                if let importance {
                    store.gradients(importance)[entry.index] += entry.value * biases[place] * sum
                }
            }
        }
    }
}
