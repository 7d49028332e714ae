import CXNNPACK

/// Builds a plan as an XNNPACK graph and makes a runtime from it; may be freed afterward.
final class NetworkBuilder {
    private let graph: xnn_subgraph_t
    private let plan: NetworkPlan
    /// The graph's number of each tensor.
    private var values: [Int: UInt32] = [:]

    private static let initialization = xnn_initialize(nil)

    /// Initializes XNNPACK, once per process.
    static func initialize() throws(PerceptionError) {
        guard initialization != xnn_status_unsupported_hardware else { throw .unsupportedProcessor }
        try check(initialization, "begin")
    }

    /// Turns a status into an error.
    static func check(_ status: xnn_status, _ action: @autoclosure () -> String) throws(PerceptionError) {
        guard status == xnn_status_success else {
            throw .runtime(action: action(), status: Int(status.rawValue))
        }
    }

    /// Builds the graph.
    ///
    /// - Parameters:
    ///   - external: the tensors in the caller's memory, the input first; their indices here are their numbers in the
    ///     graph.
    ///   - weights: must outlive the graph and the runtime.
    init(_ plan: NetworkPlan, external: [Int], weights: [Int: FloatMemory]) throws(PerceptionError) {
        self.plan = plan
        var created: xnn_subgraph_t?
        try Self.check(xnn_create_subgraph(UInt32(external.count), 0, &created), "make a graph")
        guard let created else { throw .runtime(action: "make a graph", status: 0) }
        graph = created
        for (number, tensor) in external.enumerated() {
            let flag = number == 0 ? XNN_VALUE_FLAG_EXTERNAL_INPUT : XNN_VALUE_FLAG_EXTERNAL_OUTPUT
            try define(tensor, number: UInt32(number), flags: UInt32(flag))
        }
        for (tensor, memory) in weights {
            try define(tensor, data: UnsafeRawPointer(memory.values.baseAddress))
        }
        for step in plan.steps where values[step.output] == nil { try define(step.output) }
        for step in plan.steps { try Self.check(try add(step), "add \(step.kind)") }
    }

    deinit { xnn_delete_subgraph(graph) }

    /// A runtime for the graph, which runs on the calling thread, with the memory of the external tensors.
    func runtime(
        _ places: [(number: UInt32, memory: UnsafeMutableRawPointer?)]
    ) throws(PerceptionError) -> xnn_runtime_t {
        var created: xnn_runtime_t?
        try Self.check(xnn_create_runtime_v2(graph, nil, 0, &created), "make a runtime")
        guard let created else { throw .runtime(action: "make a runtime", status: 0) }
        let external = places.map { xnn_external_value(id: $0.number, data: $0.memory) }
        let status = xnn_setup_runtime(created, external.count, external)
        if status != xnn_status_success { xnn_delete_runtime(created) }
        try Self.check(status, "set up a runtime")
        return created
    }

    private func define(
        _ tensor: Int, number: UInt32 = .max, data: UnsafeRawPointer? = nil, flags: UInt32 = 0
    ) throws(PerceptionError) {
        let shape = plan.model.tensors[tensor].shape
        var value: UInt32 = 0
        let status = xnn_define_tensor_value(
            graph, xnn_datatype_fp32, shape.count, shape, data, number, flags, &value)
        try Self.check(status, "define a tensor of shape \(shape)")
        values[tensor] = value
    }

    private func value(_ tensor: Int) throws(PerceptionError) -> UInt32 {
        guard let value = values[tensor] else { throw .runtime(action: "find tensor \(tensor)", status: 0) }
        return value
    }

    private func add(_ step: NetworkPlan.Step) throws(PerceptionError) -> xnn_status {
        let (input, output) = (try value(step.inputs[0]), try value(step.output))
        let outputShape = plan.model.tensors[step.output].shape
        switch step.kind {
        case .pad:
            let zeros = step.padding
            return xnn_define_static_constant_pad(
                graph, [0, zeros[0], zeros[2], 0], [0, zeros[1], zeros[3], 0], 0, input, output, 0)
        case .convolution(let window, let isDepthwise):
            return convolution(
                window, (input, try value(step.weights[0]), try value(step.weights[1])),
                filterShape: plan.model.tensors[step.weights[0]].shape, isDepthwise: isDepthwise, output)
        case .add(let activation):
            return xnn_define_add2(
                graph, activation.range.low, activation.range.high, input, try value(step.inputs[1]), output,
                0)
        case .resizeBilinear:
            return xnn_define_static_resize_bilinear_2d(
                graph, outputShape[1], outputShape[2], input, output, 0)
        case .maxPool(let window, let height, let width):
            return xnn_define_max_pooling_2d(
                graph, 0, 0, 0, 0, UInt32(height), UInt32(width), UInt32(window.strideHeight),
                UInt32(window.strideWidth), 1, 1, window.activation.range.low,
                window.activation.range.high, input, output, window.padding.flag)
        case .reshape:
            return xnn_define_static_reshape(graph, outputShape.count, outputShape, input, output, 0)
        case .logistic:
            return xnn_define_sigmoid(graph, input, output, 0)
        case .depthToSpace(let blockSize):
            return xnn_define_depth_to_space(graph, input, output, UInt32(blockSize), 0)
        case .concatenation, .dequantize, .densify, .unsupported:
            throw plan.model.unsupported("\(step.kind) is no step")
        }
    }

    private func convolution(
        _ window: NetworkModel.Window, _ operands: (input: UInt32, filter: UInt32, bias: UInt32),
        filterShape shape: [Int], isDepthwise: Bool, _ output: UInt32
    ) -> xnn_status {
        let (height, width) = (UInt32(shape[1]), UInt32(shape[2]))
        let (down, across) = (UInt32(window.strideHeight), UInt32(window.strideWidth))
        let (low, high) = window.activation.range
        return isDepthwise
            ? xnn_define_depthwise_convolution_2d(
                graph, 0, 0, 0, 0, height, width, down, across, 1, 1, 1, shape[3], low, high,
                operands.input, operands.filter, operands.bias, output, window.padding.flag)
            : xnn_define_convolution_2d(
                graph, 0, 0, 0, 0, height, width, down, across, 1, 1, 1, shape[3], shape[0], low, high,
                operands.input, operands.filter, operands.bias, output, window.padding.flag)
    }
}

extension ModelSchema.Activation {
    /// The range that clips an operator's results.
    fileprivate var range: (low: Float, high: Float) {
        switch self {
        case .none: (-.infinity, .infinity)
        case .relu: (0, .infinity)
        case .relu6: (0, 6)
        }
    }
}

extension ModelSchema.Padding {
    /// Zeros around the input, so that the output's size is the input's divided by the stride.
    fileprivate var flag: UInt32 { self == .same ? UInt32(XNN_FLAG_TENSORFLOW_SAME_PADDING) : 0 }
}
