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
