@testable import NeuralNetwork

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
