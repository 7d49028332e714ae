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
        var step = NetworkPlan.Step(kind: made.kind, inputs: inputs, output: output)
        var multiplications = 0
        switch made.kind {
        case .pad: step.padding = try padding()
        case .convolution(let window, let isDepthwise):
            step.weights = [try constant(1), try constant(2)]
            multiplications = try convolution(
                window, filter: step.weights[0], bias: step.weights[1], isDepthwise: isDepthwise)
        case .add:
            try requireShape(model.tensors[inputs[1]].shape, of: inputs[0])
            try requireOutput(shape(0))
        case .resizeBilinear: try checkResize()
        case .maxPool(let window, let height, let width):
            // The runtime refuses a pool of one value.
            guard height * width > 1 else { throw model.unsupported("a pool of one value") }
            try requireOutput(try slide(window, height: height, width: width, over: try image()).shape)
        case .reshape:
            guard model.tensors[output].count == model.tensors[inputs[0]].count else {
                throw misfit(model.tensors[output].shape)
            }
        case .logistic: try requireOutput(shape(0))
        case .depthToSpace(let blockSize): try checkDepthToSpace(blockSize)
        case .concatenation, .dequantize, .densify, .unsupported:
            throw model.unsupported("\(made.kind) cannot run where it stands")
        }
        return (step, multiplications)
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

    private func padding() throws(PerceptionError) -> [Int] {
        let image = try image()
        // Two per axis: before, after.
        let sizes = try model.integers(try constant(1), count: 8)
        guard sizes.allSatisfy({ 0...NetworkModel.Limits.window ~= $0 }), sizes[..<2] == [0, 0],
            sizes[6...] == [0, 0]
        else { throw model.unsupported("padding by \(sizes)") }
        try requireOutput([
            1, image.height + sizes[2] + sizes[3], image.width + sizes[4] + sizes[5], image.channels,
        ])
        return Array(sizes[2..<6])
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

    /// Returns the number of multiplications.
    private func convolution(
        _ window: NetworkModel.Window, filter: Int, bias: Int, isDepthwise: Bool
    ) throws(PerceptionError) -> Int {
        let image = try image()
        let shape = model.tensors[filter].shape
        guard shape.count == 4 else { throw model.file.malformed("a filter has the shape \(shape)") }
        let outputs = isDepthwise ? image.channels : shape[0]
        try requireShape([isDepthwise ? 1 : outputs, shape[1], shape[2], image.channels], of: filter)
        try requireShape([outputs], of: bias)
        var result = try slide(window, height: shape[1], width: shape[2], over: image)
        result.channels = outputs
        try requireOutput(result.shape)
        return result.height * result.width * model.tensors[filter].count
    }

    private func checkResize() throws(PerceptionError) {
        let image = try image()
        let size = try model.integers(try constant(1), count: 2)
        try requireOutput([1, size[0], size[1], image.channels])
    }

    private func checkDepthToSpace(_ blockSize: Int) throws(PerceptionError) {
        let image = try image()
        guard blockSize > 1, image.channels.isMultiple(of: blockSize * blockSize) else {
            throw model.unsupported("blocks of \(blockSize) out of \(image.channels) channels")
        }
        try requireOutput([
            1, image.height * blockSize, image.width * blockSize, image.channels / (blockSize * blockSize),
        ])
    }
}
