import Testing

@testable import NeuralNetwork

/// A layer in Float32 as the comparison with its twin sees it.
struct LayerUnderTest {
    let store: ParameterStore
    /// The twin's operands after the input, in order.
    let parameters: [Parameter]
    let forward: (Tensor) -> Tensor
    let backward: (Tensor) -> Tensor
}

/// The largest difference of two arrays as a share of the largest magnitude of the second.
func relativeError(_ found: [Float], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    var largest = 1e-2
    var difference = 0.0
    for (one, other) in zip(found, expected) {
        guard one.isFinite else { return .infinity }
        largest = max(largest, other.magnitude)
        difference = max(difference, (Double(one) - other).magnitude)
    }
    return difference / largest
}

/// The largest difference of two tensors' values as a share of the largest magnitude.
func relativeError(_ found: Tensor, _ expected: Tensor) -> Double {
    found.shape == expected.shape ? relativeError(found.values, expected.values.map(Double.init)) : .infinity
}

/// Expects that a layer and its twin agree in their outputs and in every gradient, that gradients are added
/// to what is there, and that the twin's own gradients are those of its outputs.
func expectAgreement(
    _ layer: LayerUnderTest, _ twin: Twin, input shape: Shape, range: ClosedRange<Float> = -1...1,
    tolerance: Double = 1e-5, seed: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation
) {
    var generator = TestGenerator(seed: seed)
    generator.fill(layer.store)
    let input = generator.tensor(shape, in: range)
    let operands =
        [input.values.map(Double.init)]
        + layer.parameters.map { (layer.store.array($0.name) ?? []).map(Double.init) }
    expectOwnGradients(twin, operands, using: &generator, sourceLocation: sourceLocation)

    let output = layer.forward(input)
    let expected = twin.forward(operands)
    let error = relativeError(output.values, expected)
    #expect(error < tolerance, "output of \(shape)", sourceLocation: sourceLocation)

    let cotangent = generator.tensor(output.shape)
    let gradients = twin.backward(operands, cotangent.values.map(Double.init))
    layer.store.zeroGradients()
    for pass in 1...2 {
        let own = Tensor()
        own.copy(from: cotangent)
        if pass == 2 { _ = layer.forward(input) }
        let inputError = relativeError(layer.backward(own).values, gradients[0])
        #expect(
            inputError < tolerance, "input gradient of \(shape), pass \(pass)", sourceLocation: sourceLocation
        )
        for (index, parameter) in layer.parameters.enumerated() {
            let found = UnsafeBufferPointer(start: layer.store.gradients(parameter), count: parameter.count)
            let wanted = gradients[index + 1].map { $0 * Double(pass) }
            let error = relativeError(Array(found), wanted)
            #expect(
                error < tolerance, "gradient of \(parameter.name) for \(shape), pass \(pass)",
                sourceLocation: sourceLocation)
        }
    }
}

/// Expects the twin's gradients to be its outputs' slopes along a random direction of each operand.
private func expectOwnGradients(
    _ twin: Twin, _ operands: [[Double]], using generator: inout TestGenerator, sourceLocation: SourceLocation
) {
    let cotangent = generator.doubles(twin.forward(operands).count)
    let gradients = twin.backward(operands, cotangent)
    let width = 1e-5
    for index in operands.indices {
        let direction = generator.doubles(operands[index].count)
        func loss(_ step: Double) -> Double {
            var moved = operands
            moved[index] = zip(operands[index], direction).map { $0 + step * $1 }
            return zip(twin.forward(moved), cotangent).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let slope = (loss(width) - loss(-width)) / (2 * width)
        let expected = zip(gradients[index], direction).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(
            (slope - expected).magnitude < 1e-6 * (1 + expected.magnitude),
            "the twin's gradient of operand \(index)", sourceLocation: sourceLocation)
    }
}

/// A reproducible source of random numbers for tests (SplitMix64).
struct TestGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Numbers spread evenly over the range.
    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }

    /// Numbers spread evenly over -1...1.
    mutating func doubles(_ count: Int) -> [Double] {
        (0..<count).map { _ in Double.random(in: -1...1, using: &self) }
    }

    /// A tensor of numbers spread evenly over the range.
    mutating func tensor(_ shape: Shape, in range: ClosedRange<Float> = -1...1) -> Tensor {
        let tensor = Tensor(shape)
        tensor.copy(from: floats(shape.count, in: range))
        return tensor
    }

    /// Gives every parameter of a store a value: running variances between 0.5 and 2, the others between -1
    /// and 1.
    mutating func fill(_ store: ParameterStore) {
        for parameter in store.parameters {
            let isVariance = parameter.name.hasSuffix("running_var")
            let values = floats(parameter.count, in: isVariance ? 0.5...2 : -1...1)
            for (index, value) in values.enumerated() { store.values(parameter)[index] = value }
        }
    }
}
