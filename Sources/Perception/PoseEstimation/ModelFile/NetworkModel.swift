/// A TensorFlow Lite model as its file describes it: tensors, and the operators that compute some of them from others.
///
/// Tensor numbers and byte ranges lie within the file. Nothing guarantees that shapes fit together: see ``NetworkPlan``.
struct NetworkModel {
    /// A tensor: a value that flows between operators, or the weights of one.
    struct Tensor: Equatable {
        /// Each at least 1, for known sizes.
        var shape: [Int]
        /// Nil for a type that is not supported.
        var type: ModelSchema.ElementType?
        /// Its values in the file; empty for computed tensors.
        var data: Range<Int>
        var sparsity: Sparsity?

        var count: Int { shape.reduce(1, *) }
    }

    /// Values that are not 0, row by row along the last axis (compressed sparse rows).
    struct Sparsity: Equatable {
        /// Where each row begins among the stored values; one more than rows.
        var segments: [Int]
        /// The place of each stored value in its row.
        var indices: [Int]
    }

    /// An operator, with the numbers of its input and output tensors.
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
        case convolution(Window, isDepthwise: Bool)
        case add(ModelSchema.Activation)
        case resizeBilinear
        case maxPool(Window, height: Int, width: Int)
        case reshape
        case logistic
        case depthToSpace(blockSize: Int)
        case concatenation(axis: Int)
        case dequantize
        case densify
        /// An unsupported operator, with the reason; an error only if the network needs it.
        case unsupported(String)
    }

    /// The largest accepted lists; BlazePose has about 500 tensors and 300 operators.
    enum Limits {
        static let tensors = 8192
        static let operators = 8192
        static let dimensions = 6
        static let operands = 16
        /// Along one axis.
        static let extent = 1 << 20
        /// Of a tensor.
        static let elements = 1 << 24
        /// Along a window's side, and of its steps.
        static let window = 64
    }

    /// The bytes that the ranges refer to, and the path for errors.
    let file: FlatBuffer
    let tensors: [Tensor]
    let operators: [Operator]
    let inputs: [Int]
    let outputs: [Int]

    /// The error for a network that cannot run here.
    func unsupported(_ reason: String) -> PerceptionError { file.unsupported(reason) }
}

// MARK: - Reading

extension NetworkModel {
    /// Reads a `.tflite` file's bytes.
    ///
    /// - Parameter path: for errors.
    /// - Throws: ``PerceptionError/malformedModel(path:reason:)``.
    init(_ bytes: [UInt8], path: String) throws(PerceptionError) {
        let file = FlatBuffer(path: path, bytes: bytes)
        let model = try file.root(identifier: ModelSchema.identifier)
        let codes = try Self.codes(model)
        let buffers = try model.tables(ModelSchema.Model.buffers, limit: Limits.tensors)
            .map { table throws(PerceptionError) in try table.bytes(ModelSchema.Buffer.data) }
        guard let graph = try model.tables(ModelSchema.Model.subgraphs, limit: 1).first else {
            throw file.malformed("it has no network")
        }
        let tensors = try graph.tables(ModelSchema.Subgraph.tensors, limit: Limits.tensors)
            .map { table throws(PerceptionError) in try Self.tensor(table, buffers: buffers) }
        let operators = try graph.tables(ModelSchema.Subgraph.operators, limit: Limits.operators)
            .map { table throws(PerceptionError) in
                try Self.operation(table, codes: codes, tensors: tensors.count)
            }
        self.init(
            file: file, tensors: tensors, operators: operators,
            inputs: try Self.numbers(graph, ModelSchema.Subgraph.inputs, tensors: tensors.count),
            outputs: try Self.numbers(graph, ModelSchema.Subgraph.outputs, tensors: tensors.count))
    }

    private static func codes(_ model: FlatTable) throws(PerceptionError) -> [Int] {
        try model.tables(ModelSchema.Model.operatorCodes, limit: Limits.operators)
            .map { table throws(PerceptionError) in
                let old: Int8 = try table.integer(ModelSchema.OperatorCode.deprecatedCode, default: 0)
                let new: Int32 = try table.integer(ModelSchema.OperatorCode.code, default: 0)
                return max(Int(old), Int(new))
            }
    }

    /// Numbers of tensors. The file marks an omitted tensor with -1, which is refused: no supported operator omits one.
    private static func numbers(
        _ table: FlatTable, _ field: some RawRepresentable<Int>, tensors: Int
    ) throws(PerceptionError) -> [Int] {
        let numbers: [Int32] = try table.integers(field, limit: Limits.operands)
        for number in numbers where number < 0 || number >= tensors {
            throw table.file.malformed("tensor \(number) is used, it has \(tensors)")
        }
        return numbers.map(Int.init)
    }

    private static func tensor(_ table: FlatTable, buffers: [Range<Int>]) throws(PerceptionError) -> Tensor {
        let shape: [Int32] = try table.integers(ModelSchema.Tensor.shape, limit: Limits.dimensions)
        var count = 1
        for extent in shape {
            guard extent >= 1, extent <= Limits.extent else {
                throw table.file.malformed("a tensor has the shape \(shape)")
            }
            count *= Int(extent)
            guard count <= Limits.elements else {
                throw table.file.malformed(
                    "a tensor of shape \(shape) has more than \(Limits.elements) values")
            }
        }
        let type: Int8 = try table.integer(ModelSchema.Tensor.type, default: 0)
        let buffer: UInt32 = try table.integer(ModelSchema.Tensor.buffer, default: 0)
        guard Int(buffer) < buffers.count else {
            throw table.file.malformed("buffer \(buffer) is used, it has \(buffers.count)")
        }
        let sparsity = try table.table(ModelSchema.Tensor.sparsity)
        return Tensor(
            shape: shape.map(Int.init), type: ModelSchema.ElementType(rawValue: Int(type)),
            data: buffers[Int(buffer)],
            sparsity: try sparsity.map { (table) throws(PerceptionError) in
                try Self.sparsity(table, shape: shape.map(Int.init))
            })
    }

    private static func operation(
        _ table: FlatTable, codes: [Int], tensors: Int
    ) throws(PerceptionError) -> Operator {
        let code: UInt32 = try table.integer(ModelSchema.Operator.code, default: 0)
        guard Int(code) < codes.count else {
            throw table.file.malformed("operator code \(code) is used, it has \(codes.count)")
        }
        return Operator(
            kind: try OperatorOptions.kind(codes[Int(code)], of: table),
            inputs: try numbers(table, ModelSchema.Operator.inputs, tensors: tensors),
            outputs: try numbers(table, ModelSchema.Operator.outputs, tensors: tensors))
    }
}
