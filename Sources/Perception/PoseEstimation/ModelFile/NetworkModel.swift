/// A TensorFlow Lite model as its file has it: tensors, and the operators that make some of them from others.
///
/// Numbers of tensors and ranges of bytes are within the file; nothing is said of shapes that fit together: see
/// ``NetworkPlan``.
struct NetworkModel {
    /// A tensor: what flows between operators, or the weights of one.
    struct Tensor: Equatable {
        /// Each at least 1, for sizes that are known.
        var shape: [Int]
        /// Nil for a type that is not read.
        var type: ModelSchema.ElementType?
        /// Its values in the file; empty for what the operators make.
        var data: Range<Int>
        var sparsity: Sparsity?

        var count: Int { shape.reduce(1, *) }
    }

    /// Values of which only those that are not 0 are kept, row by row along the last axis (compressed sparse rows).
    struct Sparsity: Equatable {
        /// Where each row begins among the kept values; one more than rows.
        var segments: [Int]
        /// The place of each kept value in its row.
        var indices: [Int]
    }

    /// An operator, with the numbers of the tensors that it takes and gives.
    struct Operator: Equatable {
        var kind: Kind
        var inputs: [Int]
        var outputs: [Int]
    }

    /// Steps of a window over rows and columns.
    struct Window: Equatable {
        var padding: ModelSchema.Padding
        var strideHeight: Int
        var strideWidth: Int
        var activation: ModelSchema.Activation
    }

    enum Kind: Equatable {
        case pad
        case convolution(Window)
        case depthwiseConvolution(Window)
        case add(ModelSchema.Activation)
        case resizeBilinear
        case maxPool(Window, height: Int, width: Int)
        case reshape
        case logistic
        case depthToSpace(blockSize: Int)
        case concatenation(axis: Int)
        case dequantize
        case densify
        /// What is not read, with the reason; no error before the network turns out to need it.
        case unsupported(String)
    }

    /// Names the path, and holds the bytes in which the ranges are.
    let file: FlatBuffer
    let tensors: [Tensor]
    let operators: [Operator]
    let inputs: [Int]
    let outputs: [Int]

    /// What is thrown for a network that is not to be run.
    func unsupported(_ reason: String) -> PerceptionError {
        .unsupportedModel(path: file.path, reason: reason)
    }
}
