import CXNNPACK

/// A plan as a graph of XNNPACK's, from which a runtime is made; freed once that is done.
final class NetworkBuilder {
    private let graph: xnn_subgraph_t
    private let plan: NetworkPlan
    /// The graph's number of each tensor.
    private var values: [Int: UInt32] = [:]

    private static let initialization = xnn_initialize(nil)

    /// Makes XNNPACK ready, once for the process.
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
    ///   - external: the tensors whose memory is the caller's, the input first; their places here are their numbers in
    ///     the graph.
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
        for step in plan.steps { try Self.check(try add(step), "add \(step.operation)") }
    }

    deinit { xnn_delete_subgraph(graph) }

    /// The graph as something that can run, on the thread that calls it, with the memory of the external tensors.
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
        switch step.operation {
        case .pad(let top, let bottom, let left, let right):
            return xnn_define_static_constant_pad(
                graph, [0, top, left, 0], [0, bottom, right, 0], 0, input, output, 0)
        case .convolution(let window, let filter, let bias):
            return try convolution(window, filter, bias, input, output)
        case .depthwiseConvolution(let window, let filter, let bias):
            return try depthwiseConvolution(window, filter, bias, input, output)
        case .add(let activation):
            return xnn_define_add2(
                graph, activation.range.lowerBound, activation.range.upperBound, input,
                try value(step.inputs[1]),
                output, 0)
        case .resizeBilinear:
            return xnn_define_static_resize_bilinear_2d(
                graph, outputShape[1], outputShape[2], input, output, 0)
        case .maxPool(let window, let height, let width):
            return xnn_define_max_pooling_2d(
                graph, 0, 0, 0, 0, UInt32(height), UInt32(width), UInt32(window.strideHeight),
                UInt32(window.strideWidth), 1, 1, window.activation.range.lowerBound,
                window.activation.range.upperBound, input, output, window.padding.flag)
        case .reshape:
            return xnn_define_static_reshape(graph, outputShape.count, outputShape, input, output, 0)
        case .logistic:
            return xnn_define_sigmoid(graph, input, output, 0)
        case .depthToSpace(let blockSize):
            return xnn_define_depth_to_space(graph, input, output, UInt32(blockSize), 0)
        }
    }

    private func convolution(
        _ window: NetworkModel.Window, _ filter: Int, _ bias: Int, _ input: UInt32, _ output: UInt32
    ) throws(PerceptionError) -> xnn_status {
        let shape = plan.model.tensors[filter].shape
        return xnn_define_convolution_2d(
            graph, 0, 0, 0, 0, UInt32(shape[1]), UInt32(shape[2]), UInt32(window.strideHeight),
            UInt32(window.strideWidth), 1, 1, 1, shape[3], shape[0], window.activation.range.lowerBound,
            window.activation.range.upperBound, input, try value(filter), try value(bias), output,
            window.padding.flag)
    }

    private func depthwiseConvolution(
        _ window: NetworkModel.Window, _ filter: Int, _ bias: Int, _ input: UInt32, _ output: UInt32
    ) throws(PerceptionError) -> xnn_status {
        let shape = plan.model.tensors[filter].shape
        return xnn_define_depthwise_convolution_2d(
            graph, 0, 0, 0, 0, UInt32(shape[1]), UInt32(shape[2]), UInt32(window.strideHeight),
            UInt32(window.strideWidth), 1, 1, 1, shape[3], window.activation.range.lowerBound,
            window.activation.range.upperBound, input, try value(filter), try value(bias), output,
            window.padding.flag)
    }
}

extension ModelSchema.Activation {
    /// The range to which an operator's results are clipped.
    fileprivate var range: (lowerBound: Float, upperBound: Float) {
        switch self {
        case .none: (-.infinity, .infinity)
        case .relu: (0, .infinity)
        case .relu6: (0, 6)
        }
    }
}

extension ModelSchema.Padding {
    /// Zeros around the input, so that the output has its size divided by the step.
    fileprivate var flag: UInt32 { self == .same ? UInt32(XNN_FLAG_TENSORFLOW_SAME_PADDING) : 0 }
}
