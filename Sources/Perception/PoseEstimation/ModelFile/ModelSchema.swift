/// The options of one operator. Only those that the two networks use are supported.
struct OperatorOptions {
    private let file: FlatBuffer
    /// Nil if the file omits the options; then the schema's defaults apply.
    private let table: FlatTable?
    private let name: String

    /// What an operator does.
    ///
    /// - Parameter made: the operator's table.
    static func kind(_ code: Int, of made: FlatTable) throws(PerceptionError) -> NetworkModel.Kind {
        guard let operation = ModelSchema.Operation(rawValue: code) else {
            return .unsupported("operator \(code) is not known")
        }
        let table = try made.table(ModelSchema.Operator.options)
        do throws(PerceptionError) {
            return try OperatorOptions(file: made.file, table: table, name: "\(operation)").kind(operation)
        } catch {
            guard case .unsupportedModel(_, let reason) = error else { throw error }
            return .unsupported(reason)
        }
    }

    private func kind(_ operation: ModelSchema.Operation) throws(PerceptionError) -> NetworkModel.Kind {
        switch operation {
        case .pad: return .pad
        case .reshape: return .reshape
        case .logistic: return .logistic
        case .dequantize: return .dequantize
        case .densify: return .densify
        case .add: return .add(try activation(ModelSchema.AddOptions.activation))
        case .convolution:
            typealias Field = ModelSchema.ConvolutionOptions
            try requireOne(Field.dilationWidth)
            try requireOne(Field.dilationHeight)
            return .convolution(try window(Field.activation), isDepthwise: false)
        case .depthwiseConvolution:
            // The filter's shape repeats the depth multiplier, and the plan checks that shape.
            typealias Field = ModelSchema.DepthwiseOptions
            try requireOne(Field.dilationWidth)
            try requireOne(Field.dilationHeight)
            return .convolution(try window(Field.activation), isDepthwise: true)
        case .maxPool:
            typealias Field = ModelSchema.PoolOptions
            return .maxPool(
                try window(Field.activation), height: try size(Field.filterHeight),
                width: try size(Field.filterWidth))
        case .resizeBilinear:
            let aligned = try integer(ModelSchema.ResizeOptions.alignCorners, default: UInt8(0))
            let centered = try integer(ModelSchema.ResizeOptions.halfPixelCenters, default: UInt8(0))
            guard aligned == 0, centered == 1 else {
                throw file.unsupported("\(name) without half-pixel centers")
            }
            return .resizeBilinear
        case .concatenation:
            typealias Field = ModelSchema.ConcatenationOptions
            guard try activation(Field.activation) == .none else {
                throw file.unsupported("\(name) with activation")
            }
            let axis = try integer(Field.axis, default: Int32(0))
            guard axis >= 0, axis < NetworkModel.Limits.dimensions else {
                throw file.unsupported("\(name) along axis \(axis)")
            }
            return .concatenation(axis: axis)
        case .depthToSpace:
            return .depthToSpace(blockSize: try size(ModelSchema.DepthToSpaceOptions.blockSize))
        }
    }

    private func integer<Value: FixedWidthInteger>(
        _ field: some RawRepresentable<Int>, default other: Value
    ) throws(PerceptionError) -> Int {
        Int(try table?.integer(field, default: other) ?? other)
    }

    /// A window's side or step, or a block's side.
    private func size(_ field: some RawRepresentable<Int>) throws(PerceptionError) -> Int {
        let size = try integer(field, default: Int32(0))
        guard size >= 1, size <= NetworkModel.Limits.window else {
            throw file.unsupported("\(name) with \(field) \(size)")
        }
        return size
    }

    private func activation(
        _ field: some RawRepresentable<Int>
    ) throws(PerceptionError) -> ModelSchema.Activation {
        let number = try integer(field, default: Int8(0))
        guard let activation = ModelSchema.Activation(rawValue: number) else {
            throw file.unsupported("\(name) with activation \(number)")
        }
        return activation
    }

    private func requireOne(_ field: some RawRepresentable<Int>) throws(PerceptionError) {
        let number = try integer(field, default: Int32(1))
        guard number == 1 else { throw file.unsupported("\(name) with \(field) \(number)") }
    }

    private func window(
        _ activationField: some RawRepresentable<Int>
    ) throws(PerceptionError) -> NetworkModel.Window {
        typealias Field = ModelSchema.WindowOptions
        let number = try integer(Field.padding, default: Int8(0))
        guard let padding = ModelSchema.Padding(rawValue: number) else {
            throw file.unsupported("\(name) with padding \(number)")
        }
        return NetworkModel.Window(
            padding: padding, strideHeight: try size(Field.strideHeight),
            strideWidth: try size(Field.strideWidth), activation: try activation(activationField))
    }
}

/// The part of TensorFlow Lite's schema (tensorflow/lite/schema/schema.fbs, version 3) that is read: the field numbers of
/// its tables, and the members of its enumerations.
enum ModelSchema {
    static let identifier = "TFL3"

    // MARK: Tables

    enum Model: Int { case version, operatorCodes, subgraphs, description, buffers }
    enum OperatorCode: Int { case deprecatedCode, customCode, version, code }
    enum Subgraph: Int { case tensors, inputs, outputs, operators }
    enum Tensor: Int { case shape, type, buffer, name, quantization, isVariable, sparsity }
    enum Buffer: Int { case data }
    enum Sparsity: Int { case traversalOrder, blockMap, dimensions }
    enum Dimension: Int { case format, denseSize, segmentsType, segments, indicesType, indices }
    enum IndexVector: Int { case values }
    enum Operator: Int { case code, inputs, outputs, optionsType, options }
    /// The first fields of the options of convolutions and pools alike.
    enum WindowOptions: Int { case padding, strideWidth, strideHeight }
    enum ConvolutionOptions: Int {
        case padding, strideWidth, strideHeight, activation, dilationWidth, dilationHeight
    }
    enum DepthwiseOptions: Int {
        case padding, strideWidth, strideHeight, depthMultiplier, activation, dilationWidth, dilationHeight
    }
    enum PoolOptions: Int {
        case padding, strideWidth, strideHeight, filterWidth, filterHeight, activation
    }
    enum AddOptions: Int { case activation }
    enum ConcatenationOptions: Int { case axis, activation }
    enum ResizeOptions: Int { case newHeight, newWidth, alignCorners, halfPixelCenters }
    enum DepthToSpaceOptions: Int { case blockSize }

    // MARK: Enumerations

    /// `BuiltinOperator`.
    enum Operation: Int {
        case add = 0
        case concatenation = 2
        case convolution = 3
        case depthwiseConvolution = 4
        case depthToSpace = 5
        case dequantize = 6
        case logistic = 14
        case maxPool = 17
        case reshape = 22
        case resizeBilinear = 23
        case pad = 34
        case densify = 124
    }

    /// `TensorType`.
    enum ElementType: Int {
        case float32, float16, int32

        var bytes: Int { self == .float16 ? 2 : 4 }
    }

    /// `DimensionType`: how a sparse tensor lists the places along an axis.
    enum DimensionFormat: Int { case dense, compressed }

    /// `SparseIndexVector`: the width of such a list's numbers.
    enum IndexType: Int {
        case int32 = 1
        case uint16
        case uint8
    }

    /// `Padding`.
    enum Padding: Int { case same, valid }

    /// `ActivationFunctionType`.
    enum Activation: Int {
        case none = 0
        case relu = 1
        case relu6 = 3
    }
}
