/// Checks one operator of a model: types, numbers of inputs, and the shape of its output, which is recomputed.
struct NetworkStepCheck {
    let model: NetworkModel
    /// Its computed inputs.
    let inputs: [Int]
    let made: NetworkModel.Operator
    let output: Int

    /// The axes of an image: [1, height, width, channels].
    private struct Image {
        var height: Int
        var width: Int
        var channels: Int

        var shape: [Int] { [1, height, width, channels] }
    }

    /// The operator as a step of a plan, and its number of multiplications.
    func step() throws(PerceptionError) -> (step: NetworkPlan.Step, multiplications: Int) {
        for tensor in inputs + [output] where model.tensors[tensor].type != .float32 {
            throw model.unsupported("tensor \(tensor) is not of single precision")
        }
        var multiplications = 0
        let operation: NetworkPlan.Operation
        switch made.kind {
        case .pad: operation = try pad()
        case .convolution(let window, let isDepthwise):
            (operation, multiplications) = try convolution(window, isDepthwise: isDepthwise)
        case .add(let activation):
            try requireShape(model.tensors[inputs[1]].shape, of: inputs[0])
            try requireOutput(shape(0))
            operation = .add(activation)
        case .resizeBilinear: operation = try resize()
        case .maxPool(let window, let height, let width):
            operation = try maxPool(window, height: height, width: width)
        case .reshape:
            guard model.tensors[output].count == model.tensors[inputs[0]].count else {
                throw misfit(model.tensors[output].shape)
            }
            operation = .reshape
        case .logistic:
            try requireOutput(shape(0))
            operation = .logistic
        case .depthToSpace(let blockSize): operation = try depthToSpace(blockSize)
        case .concatenation, .dequantize, .densify, .unsupported:
            throw model.unsupported("\(made.kind) cannot run where it stands")
        }
        return (NetworkPlan.Step(operation: operation, inputs: inputs, output: output), multiplications)
    }

    private func shape(_ index: Int) -> [Int] { model.tensors[inputs[index]].shape }

    private func misfit(_ expected: [Int]) -> PerceptionError {
        model.file.malformed(
            "tensor \(output) has the shape \(model.tensors[output].shape), \(expected) comes out of \(made.kind)"
        )
    }

    private func requireOutput(_ shape: [Int]) throws(PerceptionError) {
        guard model.tensors[output].shape == shape else { throw misfit(shape) }
    }

    private func requireShape(_ shape: [Int], of tensor: Int) throws(PerceptionError) {
        guard model.tensors[tensor].shape == shape else {
            throw model.file.malformed(
                "tensor \(tensor) has the shape \(model.tensors[tensor].shape), \(shape) is needed")
        }
    }

    private func image() throws(PerceptionError) -> Image {
        let shape = shape(0)
        guard shape.count == 4, shape[0] == 1 else {
            throw model.unsupported("an operator over images has the input \(shape)")
        }
        return Image(height: shape[1], width: shape[2], channels: shape[3])
    }

    /// A constant operand, after the computed ones.
    private func constant(_ index: Int) throws(PerceptionError) -> Int {
        guard index < made.inputs.count else {
            throw model.unsupported("an operator has \(made.inputs.count) inputs")
        }
        return made.inputs[index]
    }

    private func pad() throws(PerceptionError) -> NetworkPlan.Operation {
        let image = try image()
        // Two per axis: before, after.
        let sizes = try model.integers(try constant(1), count: 8)
        guard sizes.allSatisfy({ 0...NetworkModel.Limits.window ~= $0 }), sizes[..<2] == [0, 0],
            sizes[6...] == [0, 0]
        else { throw model.unsupported("padding by \(sizes)") }
        let (top, bottom, left, right) = (sizes[2], sizes[3], sizes[4], sizes[5])
        try requireOutput([1, image.height + top + bottom, image.width + left + right, image.channels])
        return .pad(top: top, bottom: bottom, left: left, right: right)
    }

    /// The number of positions of a window along an axis.
    private func places(
        _ extent: Int, window: Int, stride: Int, _ padding: ModelSchema.Padding
    ) throws(PerceptionError) -> Int {
        switch padding {
        case .same: return (extent + stride - 1) / stride
        case .valid:
            guard window <= extent else { throw model.unsupported("a window of \(window) over \(extent)") }
            return (extent - window) / stride + 1
        }
    }

    private func slide(
        _ window: NetworkModel.Window, height: Int, width: Int, over image: Image
    ) throws(PerceptionError) -> Image {
        let limits = 1...NetworkModel.Limits.window
        guard limits ~= height, limits ~= width else {
            throw model.unsupported("a window of \(height) x \(width)")
        }
        let result = Image(
            height: try places(image.height, window: height, stride: window.strideHeight, window.padding),
            width: try places(image.width, window: width, stride: window.strideWidth, window.padding),
            channels: image.channels)
        guard result.height * result.width * height * width <= NetworkPlan.Limits.windows else {
            throw model.unsupported("it is too large")
        }
        return result
    }

    private func convolution(
        _ window: NetworkModel.Window, isDepthwise: Bool
    ) throws(PerceptionError) -> (NetworkPlan.Operation, multiplications: Int) {
        let image = try image()
        let (filter, bias) = (try constant(1), try constant(2))
        let shape = model.tensors[filter].shape
        guard shape.count == 4 else { throw model.file.malformed("a filter has the shape \(shape)") }
        let outputs = isDepthwise ? image.channels : shape[0]
        try requireShape([isDepthwise ? 1 : outputs, shape[1], shape[2], image.channels], of: filter)
        try requireShape([outputs], of: bias)
        var result = try slide(window, height: shape[1], width: shape[2], over: image)
        result.channels = outputs
        try requireOutput(result.shape)
        return (
            .convolution(window, filter: filter, bias: bias, isDepthwise: isDepthwise),
            result.height * result.width * model.tensors[filter].count
        )
    }

    private func maxPool(
        _ window: NetworkModel.Window, height: Int, width: Int
    ) throws(PerceptionError) -> NetworkPlan.Operation {
        // The runtime refuses a pool of one value.
        guard height * width > 1 else { throw model.unsupported("a pool of one value") }
        try requireOutput(try slide(window, height: height, width: width, over: try image()).shape)
        return .maxPool(window, height: height, width: width)
    }

    private func resize() throws(PerceptionError) -> NetworkPlan.Operation {
        let image = try image()
        let size = try model.integers(try constant(1), count: 2)
        try requireOutput([1, size[0], size[1], image.channels])
        return .resizeBilinear
    }

    private func depthToSpace(_ blockSize: Int) throws(PerceptionError) -> NetworkPlan.Operation {
        let image = try image()
        guard blockSize > 1, image.channels.isMultiple(of: blockSize * blockSize) else {
            throw model.unsupported("blocks of \(blockSize) out of \(image.channels) channels")
        }
        try requireOutput([
            1, image.height * blockSize, image.width * blockSize, image.channels / (blockSize * blockSize),
        ])
        return .depthToSpace(blockSize: blockSize)
    }
}
