import CXNNPACK

/// A ready network in XNNPACK: owns the runtime, the weights, and the memory of the input and outputs.
///
/// Runs on the caller's thread only, and allocates nothing while it runs. For one thread at a time.
final class PoseNetwork {
    /// The values of the input; fill them before ``run()``.
    let input: UnsafeMutableBufferPointer<Float>
    /// The values of the requested outputs after the last ``run()``.
    let outputs: [UnsafeMutableBufferPointer<Float>]

    private let runtime: xnn_runtime_t
    /// Input, outputs and weights; the runtime reads them as long as it lives.
    private let memory: [FloatMemory]

    /// Builds the network of a plan.
    ///
    /// - Throws: ``PerceptionError/unsupportedProcessor`` or ``PerceptionError/runtime(action:status:)``.
    init(_ plan: NetworkPlan) throws(PerceptionError) {
        try NetworkBuilder.initialize()
        let tensors = plan.model.tensors
        let input = FloatMemory(count: tensors[plan.input].count)
        let outputs = plan.outputs.map { parts in
            FloatMemory(count: parts.reduce(0) { $0 + tensors[$1].count })
        }
        var places: [(tensor: Int, memory: UnsafeMutableRawPointer?)] = [
            (plan.input, UnsafeMutableRawPointer(input.values.baseAddress))
        ]
        for (parts, output) in zip(plan.outputs, outputs) {
            var start = 0
            for part in parts {
                places.append((part, output.values.baseAddress.map { UnsafeMutableRawPointer($0 + start) }))
                start += tensors[part].count
            }
        }
        let weights = plan.weights.mapValues(FloatMemory.init)
        let builder = try NetworkBuilder(plan, external: places.map(\.tensor), weights: weights)
        runtime = try builder.runtime(places.enumerated().map { (UInt32($0.offset), $0.element.memory) })
        memory = [input] + outputs + weights.values
        self.input = input.values
        self.outputs = outputs.map(\.values)
    }

    /// Computes the outputs.
    ///
    /// - Throws: ``PerceptionError/runtime(action:status:)``.
    func run() throws(PerceptionError) {
        try NetworkBuilder.check(xnn_invoke_runtime(runtime), "run a network")
    }

    /// Copies of the outputs for an input; nil if its size is not the network's.
    func outputs(for values: ArraySlice<Float>) throws(PerceptionError) -> [[Float]]? {
        guard values.count == input.count else { return nil }
        _ = input.update(fromContentsOf: values)
        try run()
        return outputs.map(Array.init)
    }

    deinit { xnn_delete_runtime(runtime) }
}

/// Memory for numbers at a fixed address; freed with its owner.
final class FloatMemory {
    /// The numbers. Spare bytes follow them, because the runtime's kernels may read past the end.
    let values: UnsafeMutableBufferPointer<Float>

    /// Room for `count` zeros.
    init(count: Int) {
        let spare = Int(XNN_EXTRA_BYTES) / MemoryLayout<Float>.size
        let room = UnsafeMutableBufferPointer<Float>.allocate(capacity: count + spare)
        room.initialize(repeating: 0)
        values = UnsafeMutableBufferPointer(rebasing: room[..<count])
    }

    convenience init(_ numbers: [Float]) {
        self.init(count: numbers.count)
        _ = values.update(fromContentsOf: numbers)
    }

    deinit { values.baseAddress?.deallocate() }
}
