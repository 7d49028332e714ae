/// A named piece of a model's flat buffers.
package struct Parameter: Sendable, Equatable {
    /// What a parameter is: learned by the optimizer, or a running statistic that only training updates.
    package enum Role: Sendable, Equatable {
        /// Learnt, and shrunk by weight decay.
        case weight
        /// Learnt, without weight decay: biases, normalization scales, edge importances.
        case unregularised
        /// Not learned: running mean and variance.
        case statistic
    }

    /// The name in the model file, such as `st_gcn_networks.0.tcn.2.weight`.
    package let name: String
    /// The shape in the model file.
    package let shape: [Int]
    /// What it is.
    package let role: Role
    /// Where it starts in the flat buffers.
    package let offset: Int

    /// How many values it has.
    package var count: Int { shape.reduce(1, *) }
}

/// All parameters of a model in one flat buffer of values and one of gradients, with named views.
///
/// One buffer makes the optimizer, the snapshot of the best epoch and the model file one loop each. A model is built
/// by one thread and used by one thread at a time.
package final class ParameterStore {
    /// Every parameter, in order of declaration.
    package private(set) var parameters: [Parameter] = []
    private var capacity = 1 << 12
    private(set) var values: UnsafeMutablePointer<Float>
    private(set) var gradients: UnsafeMutablePointer<Float>
    /// How many floats there are.
    package private(set) var count = 0

    /// Whether parameters begin as zeros, whatever their layers would draw.
    private let isBlank: Bool

    /// - Parameter blank: whether parameters begin as zeros, since all of them are about to be loaded: drawing
    ///   them takes longer than reading them.
    package init(blank: Bool = false) {
        isBlank = blank
        values = .allocate(capacity: capacity)
        gradients = .allocate(capacity: capacity)
    }

    deinit {
        values.deallocate()
        gradients.deallocate()
    }

    /// Declares a parameter and fills it with `value()`, called once per element in order.
    func declare(_ name: String, _ shape: [Int], _ role: Parameter.Role, value: () -> Float) -> Parameter {
        let parameter = Parameter(name: name, shape: shape, role: role, offset: count)
        reserve(count + parameter.count)
        for index in count..<count + parameter.count {
            values[index] = isBlank ? 0 : value()
            gradients[index] = 0
        }
        count += parameter.count
        parameters.append(parameter)
        return parameter
    }

    /// Declares a layer's weight, and its bias of so many outputs, drawn uniformly from +-1/sqrt(inputs).
    func declareUniform(
        _ name: String, _ shape: [Int], outputs: Int, inputs: Int,
        using generator: inout some RandomNumberGenerator
    ) -> (weight: Parameter, bias: Parameter) {
        let bound = 1 / Float(inputs).squareRoot()
        let weight = declare("\(name).weight", shape, .weight) {
            Float.random(in: -bound...bound, using: &generator)
        }
        let bias = declare("\(name).bias", [outputs], .unregularised) {
            Float.random(in: -bound...bound, using: &generator)
        }
        return (weight, bias)
    }

    /// Declares a parameter of zeros, for models that are not trained by gradients.
    package func declareZeros(_ name: String, _ shape: [Int]) {
        _ = declare(name, shape, .weight) { 0 }
    }

    /// The values of a parameter.
    func values(_ parameter: Parameter) -> UnsafeMutablePointer<Float> { values + parameter.offset }

    /// The gradient of a parameter, to be added to.
    func gradients(_ parameter: Parameter) -> UnsafeMutablePointer<Float> { gradients + parameter.offset }

    /// Sets every gradient to zero.
    package func zeroGradients() { gradients.update(repeating: 0, count: count) }

    /// The Euclidean norm of all gradients.
    package var gradientNorm: Float { Vector.dot(gradients, gradients, count: count).squareRoot() }

    /// A copy of every value, statistics included.
    package var snapshot: [Float] {
        get { Array(UnsafeBufferPointer(start: values, count: count)) }
        set {
            precondition(newValue.count == count, "a snapshot of another model")
            newValue.withUnsafeBufferPointer { source in
                if let start = source.baseAddress { values.update(from: start, count: count) }
            }
        }
    }

    /// A copy of every gradient, for a store of the same model.
    package var gradientSnapshot: [Float] { Array(UnsafeBufferPointer(start: gradients, count: count)) }

    /// Adds the gradients of a store of the same model, times a factor.
    package func accumulate(gradients other: [Float], times factor: Float) {
        precondition(other.count == count, "gradients of another model")
        other.withUnsafeBufferPointer { source in
            if let start = source.baseAddress {
                Vector.accumulate(start, times: factor, into: gradients, count: count)
            }
        }
    }

    /// Sets every running statistic to its mean over snapshots of the same model.
    package func averageStatistics(of snapshots: [[Float]]) {
        precondition(snapshots.allSatisfy { $0.count == count }, "a snapshot of another model")
        for parameter in parameters where parameter.role == .statistic {
            for index in parameter.offset..<parameter.offset + parameter.count {
                values[index] = snapshots.reduce(0) { $0 + $1[index] } / Float(max(snapshots.count, 1))
            }
        }
    }

    /// The values of one parameter, by name.
    package func array(_ name: String) -> [Float]? {
        parameters.first { $0.name == name }.map(array)
    }

    private func array(_ parameter: Parameter) -> [Float] {
        Array(UnsafeBufferPointer(start: values(parameter), count: parameter.count))
    }

    /// The parameters as tensors of a model file.
    package func tensors() -> [SafeTensors.Entry] {
        parameters.map { .init(name: $0.name, shape: $0.shape, values: array($0)) }
    }

    /// Takes every parameter from a model file.
    ///
    /// - Parameter constants: tensors of the file that are not parameters and were read elsewhere.
    /// - Throws: ``NeuralNetworkError/mismatch(path:missing:unused:shapes:)``, naming all that is wrong at
    ///   once.
    package func load(_ file: SafeTensors, constants: Set<String> = []) throws(NeuralNetworkError) {
        let expected = Set(parameters.map(\.name))
        let missing = parameters.map(\.name).filter { file[$0] == nil }
        let unused = file.names.filter { !expected.contains($0) && !constants.contains($0) }
        let shapes = parameters.compactMap { parameter -> NeuralNetworkError.ShapeMismatch? in
            guard let entry = file[parameter.name], entry.shape != parameter.shape else { return nil }
            return .init(name: parameter.name, expected: parameter.shape, found: entry.shape)
        }
        guard missing.isEmpty, unused.isEmpty, shapes.isEmpty else {
            throw .mismatch(path: file.path, missing: missing, unused: unused, shapes: shapes)
        }
        for parameter in parameters {
            guard let entry = file[parameter.name] else { continue }
            for (index, value) in entry.values.enumerated() { values[parameter.offset + index] = value }
        }
    }

    /// Takes over the values of another store's parameters of the same name and shape.
    ///
    /// - Parameter includes: whether a parameter of this name is taken over.
    package func copy(from other: ParameterStore, where includes: (String) -> Bool) {
        let sources = Dictionary(uniqueKeysWithValues: other.parameters.map { ($0.name, $0) })
        for parameter in parameters where includes(parameter.name) {
            guard let source = sources[parameter.name], source.shape == parameter.shape else { continue }
            values(parameter).update(from: other.values(source), count: parameter.count)
        }
    }

    private func reserve(_ needed: Int) {
        guard needed > capacity else { return }
        let larger = max(needed, capacity * 2)
        let newValues = UnsafeMutablePointer<Float>.allocate(capacity: larger)
        let newGradients = UnsafeMutablePointer<Float>.allocate(capacity: larger)
        newValues.update(from: values, count: count)
        newGradients.update(from: gradients, count: count)
        values.deallocate()
        gradients.deallocate()
        (values, gradients, capacity) = (newValues, newGradients, larger)
    }
}
