/// The options of operators, of which only what the two networks use is read; the rest makes an operator unsupported.
extension NetworkModel {
    /// What an operator does.
    ///
    /// - Parameter options: its table of options; one that is left out has the schema's defaults.
    static func kind(_ code: Int, options: FlatTable?) throws(PerceptionError) -> Kind {
        guard let operation = ModelSchema.Operation(rawValue: code) else {
            return .unsupported("operator \(code) is not known")
        }
        let options = OperatorOptions(table: options, name: "\(operation)")
        do throws(OperatorOptions.Failure) {
            switch operation {
            case .pad: return .pad
            case .reshape: return .reshape
            case .logistic: return .logistic
            case .dequantize: return .dequantize
            case .densify: return .densify
            case .add: return .add(try options.activation(ModelSchema.AddOptions.activation))
            case .convolution: return .convolution(try options.convolution())
            case .depthwiseConvolution: return .depthwiseConvolution(try options.depthwiseConvolution())
            case .maxPool: return try options.maxPool()
            case .resizeBilinear: return try options.resize()
            case .concatenation: return try options.concatenation()
            case .depthToSpace:
                return .depthToSpace(
                    blockSize: try options.size(ModelSchema.DepthToSpaceOptions.blockSize, default: 0))
            }
        } catch {
            switch error {
            case .unsupported(let reason): return .unsupported(reason)
            case .malformed(let error): throw error
            }
        }
    }
}

/// The options of one operator.
private struct OperatorOptions {
    enum Failure: Error {
        case malformed(PerceptionError)
        case unsupported(String)
    }

    let table: FlatTable?
    let name: String

    private func integer<Value: FixedWidthInteger>(
        _ field: some RawRepresentable<Int>, default other: Value
    ) throws(Failure) -> Int {
        guard let table else { return Int(other) }
        do {
            return Int(try table.integer(field, default: other))
        } catch { throw .malformed(error) }
    }

    /// A window's side or step, or a block's side.
    func size(_ field: some RawRepresentable<Int>, default other: Int32) throws(Failure) -> Int {
        let size = try integer(field, default: other)
        guard size >= 1, size <= NetworkModel.Limits.window else {
            throw .unsupported("\(name) with \(field) \(size)")
        }
        return size
    }

    func activation(_ field: some RawRepresentable<Int>) throws(Failure) -> ModelSchema.Activation {
        let number = try integer(field, default: Int8(0))
        guard let activation = ModelSchema.Activation(rawValue: number) else {
            throw .unsupported("\(name) with activation \(number)")
        }
        return activation
    }

    private func padding(_ field: some RawRepresentable<Int>) throws(Failure) -> ModelSchema.Padding {
        let number = try integer(field, default: Int8(0))
        guard let padding = ModelSchema.Padding(rawValue: number) else {
            throw .unsupported("\(name) with padding \(number)")
        }
        return padding
    }

    private func requireOne(_ field: some RawRepresentable<Int>) throws(Failure) {
        let number = try integer(field, default: Int32(1))
        guard number == 1 else { throw .unsupported("\(name) with \(field) \(number)") }
    }

    /// The window of an operator, by the numbers of its fields.
    private func window<Field: RawRepresentable<Int>>(
        padding: Field, strideHeight: Field, strideWidth: Field, activation: Field
    ) throws(Failure) -> NetworkModel.Window {
        NetworkModel.Window(
            padding: try self.padding(padding), strideHeight: try size(strideHeight, default: 0),
            strideWidth: try size(strideWidth, default: 0), activation: try self.activation(activation))
    }

    func convolution() throws(Failure) -> NetworkModel.Window {
        typealias Field = ModelSchema.ConvolutionOptions
        try requireOne(Field.dilationWidth)
        try requireOne(Field.dilationHeight)
        return try window(
            padding: Field.padding, strideHeight: .strideHeight, strideWidth: .strideWidth,
            activation: .activation)
    }

    /// The multiplier is also in the shape of the filter, which is what is checked.
    func depthwiseConvolution() throws(Failure) -> NetworkModel.Window {
        typealias Field = ModelSchema.DepthwiseOptions
        try requireOne(Field.dilationWidth)
        try requireOne(Field.dilationHeight)
        return try window(
            padding: Field.padding, strideHeight: .strideHeight, strideWidth: .strideWidth,
            activation: .activation)
    }

    func maxPool() throws(Failure) -> NetworkModel.Kind {
        typealias Field = ModelSchema.PoolOptions
        let window = try window(
            padding: Field.padding, strideHeight: .strideHeight, strideWidth: .strideWidth,
            activation: .activation)
        return .maxPool(
            window, height: try size(Field.filterHeight, default: 0),
            width: try size(Field.filterWidth, default: 0))
    }

    func resize() throws(Failure) -> NetworkModel.Kind {
        typealias Field = ModelSchema.ResizeOptions
        let aligned = try integer(Field.alignCorners, default: UInt8(0))
        let centred = try integer(Field.halfPixelCentres, default: UInt8(0))
        guard aligned == 0, centred == 1 else { throw .unsupported("\(name) without half-pixel centres") }
        return .resizeBilinear
    }

    func concatenation() throws(Failure) -> NetworkModel.Kind {
        typealias Field = ModelSchema.ConcatenationOptions
        guard try activation(Field.activation) == .none else { throw .unsupported("\(name) with activation") }
        let axis = try integer(Field.axis, default: Int32(0))
        guard axis >= 0, axis < NetworkModel.Limits.dimensions else {
            throw .unsupported("\(name) along axis \(axis)")
        }
        return .concatenation(axis: axis)
    }
}
