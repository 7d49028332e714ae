/// What of TensorFlow Lite's schema (tensorflow/lite/schema/schema.fbs, version 3) is read: the numbers of the fields of
/// its tables, and of the members of its enumerations.
enum ModelSchema {
    static let identifier = "TFL3"

    enum Model: Int {
        case operatorCodes = 1
        case subgraphs
        case buffers = 4
    }
    enum OperatorCode: Int {
        case deprecatedCode = 0
        case code = 3
    }
    enum Subgraph: Int {
        case tensors = 0
        case inputs
        case outputs
        case operators
    }
    enum Tensor: Int {
        case shape = 0
        case type
        case buffer
        case sparsity = 6
    }
    enum Buffer: Int {
        case data = 0
    }
    enum Sparsity: Int {
        case traversalOrder = 0
        case blockMap
        case dimensions
    }
    enum Dimension: Int {
        case format = 0
        case denseSize
        case segmentsType
        case segments
        case indicesType
        case indices
    }
    enum IndexVector: Int {
        case values = 0
    }
    enum Operator: Int {
        case code = 0
        case inputs
        case outputs
        case options = 4
    }
    enum ConvolutionOptions: Int {
        case padding = 0
        case strideWidth
        case strideHeight
        case activation
        case dilationWidth
        case dilationHeight
    }
    enum DepthwiseOptions: Int {
        case padding = 0
        case strideWidth
        case strideHeight
        case depthMultiplier
        case activation
        case dilationWidth
        case
            dilationHeight
    }
    enum PoolOptions: Int {
        case padding = 0
        case strideWidth
        case strideHeight
        case filterWidth
        case filterHeight
        case activation
    }
    enum AddOptions: Int {
        case activation = 0
    }
    enum ConcatenationOptions: Int {
        case axis = 0
        case activation
    }
    enum ResizeOptions: Int {
        case alignCorners = 2
        case halfPixelCentres
    }
    enum DepthToSpaceOptions: Int {
        case blockSize = 0
    }

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

        /// The largest number that fits into the older, narrower field for it.
        static let largestDeprecatedCode = 127
    }

    /// `TensorType`.
    enum ElementType: Int {
        case float32 = 0
        case float16 = 1
        case int32 = 2

        var bytes: Int { self == .float16 ? 2 : 4 }
    }

    /// `DimensionType`: how a sparse tensor lists the places along an axis.
    enum DimensionFormat: Int {
        case dense = 0
        case compressed
    }

    /// `SparseIndexVector`: the width of such a list's numbers.
    enum IndexType: Int {
        case int32 = 1
        case uint16
        case uint8
    }

    /// `Padding`.
    enum Padding: Int {
        case same = 0
        case valid
    }

    /// `ActivationFunctionType`.
    enum Activation: Int {
        case none = 0
        case relu = 1
        case relu6 = 3
    }
}
