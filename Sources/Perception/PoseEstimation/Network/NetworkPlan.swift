/// How to compute the requested outputs of a network from its input: the operators that they need, in order, each checked
/// against the shapes of its inputs and output.
///
/// The runtime checks little of this and writes where it is told, so it must only ever receive a plan. All tensors have a
/// batch of one.
struct NetworkPlan {
    /// An operator, with the numbers of its input and output tensors.
    struct Step: Equatable {
        var kind: NetworkModel.Kind
        var inputs: [Int]
        var output: Int
        /// Of a convolution: the tensors of its filter, [outputs, height, width, inputs] or, if it is depthwise,
        /// [1, height, width, outputs], and of its bias, [outputs].
        var weights: [Int] = []
        /// Of a pad: rows and columns of zeros above, below, left and right of the image.
        var padding: [Int] = []
    }

    /// Bounds of a network's cost; BlazePose's heaviest needs a fifth of them.
    enum Limits {
        /// Values of all computed tensors.
        static let flowing = 1 << 26
        static let weights = 1 << 25
        /// Multiplications of one inference.
        static let multiplications = 1 << 35
        /// Positions of one operator's window times the window's size.
        static let windows = 1 << 24
    }

    let model: NetworkModel
    /// The number of the input tensor.
    let input: Int
    /// For each requested output the tensors that make it up, consecutive in memory.
    private(set) var outputs: [[Int]] = []
    private(set) var steps: [Step] = []
    /// The weights by the numbers of their tensors.
    private(set) var weights: [Int: [Float]] = [:]
    private(set) var cost = Cost()

    /// The total cost of the steps so far.
    struct Cost: Equatable {
        var flowing = 0
        var weights = 0
        var multiplications = 0
    }

    /// Plans a network with one input.
    ///
    /// - Parameters:
    ///   - input: the required shape of its input.
    ///   - outputs: the shapes of the requested outputs. The plan omits other outputs and the operators that only they need.
    /// - Throws: ``PerceptionError/unsupportedModel(path:reason:)`` or ``PerceptionError/malformedModel(path:reason:)``.
    init(_ model: NetworkModel, input: [Int], outputs: [[Int]]) throws(PerceptionError) {
        guard model.inputs.count == 1, let number = model.inputs.first, model.tensors[number].shape == input,
            model.tensors[number].type == .float32
        else {
            let shapes = model.inputs.map { model.tensors[$0].shape }
            throw model.unsupported("its inputs are \(shapes), single precision \(input) is needed")
        }
        (self.model, self.input) = (model, number)
        let producers = try model.producers()
        for shape in outputs {
            guard let output = model.outputs.first(where: { model.tensors[$0].shape == shape }) else {
                let shapes = model.outputs.map { model.tensors[$0].shape }
                throw model.unsupported("its outputs are \(shapes), one of \(shape) is needed")
            }
            self.outputs.append(try parts(of: output, producers: producers))
        }
        let parts = self.outputs.joined()
        guard Set(parts).count == parts.count, !parts.contains(number) else {
            throw model.unsupported("two of its outputs are the same, or its input")
        }
        try plan(try needed(producers), producers)
    }

    /// The tensors that a concatenation joins to an output, or the output itself.
    ///
    /// The runtime cannot join tensors. But if all axes before the joined one have a single row, the tensors are
    /// consecutive, and it suffices to write each one to its place.
    private func parts(
        of output: Int, producers: [Int: NetworkModel.Operator]
    ) throws(PerceptionError) -> [Int] {
        guard let made = producers[output], case .concatenation(let axis) = made.kind else { return [output] }
        let shape = model.tensors[output].shape
        guard axis < shape.count, shape[..<axis].allSatisfy({ $0 == 1 }) else {
            throw model.unsupported("tensors are joined along axis \(axis) of \(shape)")
        }
        var extent = 0
        for part in made.inputs {
            var expected = model.tensors[part].shape
            guard expected.count == shape.count else {
                throw model.file.malformed("tensors of \(shape) do not fit")
            }
            extent += expected[axis]
            expected[axis] = shape[axis]
            guard expected == shape else { throw model.file.malformed("tensors of \(shape) do not fit") }
        }
        guard extent == shape[axis] else {
            throw model.file.malformed("tensors with \(extent) rows are joined to \(shape[axis])")
        }
        return made.inputs
    }

    /// The tensors that the outputs need, found by walking back from them.
    private func needed(_ producers: [Int: NetworkModel.Operator]) throws(PerceptionError) -> Set<Int> {
        var needed: Set<Int> = []
        var wanted = Array(outputs.joined())
        while let tensor = wanted.popLast() {
            guard tensor != input, needed.insert(tensor).inserted else { continue }
            guard let made = producers[tensor], made.outputs.count == 1 else {
                throw model.unsupported("nothing makes tensor \(tensor) alone")
            }
            wanted += try flowing(made)
        }
        return needed
    }

    /// An operator's inputs that depend on the network's input.
    private func flowing(_ made: NetworkModel.Operator) throws(PerceptionError) -> ArraySlice<Int> {
        var count = 1
        switch made.kind {
        case .unsupported(let reason): throw model.unsupported(reason)
        case .concatenation: throw model.unsupported("tensors are joined before its end")
        case .dequantize, .densify: throw model.unsupported("a tensor that is not a weight needs unpacking")
        case .add: count = 2
        default: break
        }
        guard made.inputs.count >= count else {
            throw model.file.malformed("an operator has \(made.inputs.count) inputs, it needs \(count)")
        }
        return made.inputs[..<count]
    }

    private mutating func plan(
        _ needed: Set<Int>, _ producers: [Int: NetworkModel.Operator]
    ) throws(PerceptionError) {
        var made: Set<Int> = [input]
        cost.flowing = model.tensors[input].count
        // The file's order must compute every tensor before it is used.
        for candidate in model.operators {
            guard let output = candidate.outputs.first, needed.contains(output) else { continue }
            let inputs = try flowing(candidate)
            guard inputs.allSatisfy(made.contains) else {
                throw model.file.malformed("an operator uses tensors \(inputs) before they are made")
            }
            let check = NetworkStepCheck(model: model, inputs: Array(inputs), made: candidate, output: output)
            let (step, multiplications) = try check.step()
            steps.append(step)
            made.insert(output)
            cost.flowing += model.tensors[output].count
            cost.multiplications += multiplications
            try readWeights(of: step, producers)
            guard cost.flowing <= Limits.flowing, cost.multiplications <= Limits.multiplications else {
                throw model.unsupported("it is too large")
            }
        }
        guard made.isDisjoint(with: weights.keys) else {
            throw model.file.malformed("weights are also made by an operator")
        }
    }

    private mutating func readWeights(
        of step: Step, _ producers: [Int: NetworkModel.Operator]
    ) throws(PerceptionError) {
        for number in step.weights where weights[number] == nil {
            cost.weights += model.tensors[number].count
            guard cost.weights <= Limits.weights else { throw model.unsupported("it has too many weights") }
            weights[number] = try model.weights(number, producers: producers)
        }
    }
}
