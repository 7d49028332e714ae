@testable import Perception

/// A TensorFlow Lite file of every operator that is read, small enough that its outputs are worked out by hand.
///
/// Of an image x of 2 x 2 pixels:
/// - padded, and convolved with nine ones, 0.5 added: the sum of all pixels and 0.5 everywhere;
/// - 2x, by a depthwise convolution, added to that: v;
/// - v and 2v as the first and third of four channels, by sparse weights; to space: v 0 / 2v 0; the largest of each: 2v;
/// - joined behind 2v: the logistic of 2x;
/// - x enlarged to 4 x 4;
/// - an unknown operator makes an output that no test wants.
struct SmallModel {
    static let input = [1, 2, 2, 1]
    static let joined = [1, 8, 1]
    static let enlarged = [1, 4, 4, 1]
    static let unknown = [1, 7]

    private typealias Value = FlatBufferWriter.Value
    private var tensors: [[Int: Value]] = []
    private var buffers: [[Int: Value]] = [[:]]
    private var operators: [[Int: Value]] = []
    private var codes: [[Int: Value]] = []

    /// What of it can be changed.
    struct Changes {
        var padding: [Int32] = [0, 0, 1, 1, 1, 1, 0, 0]
        var strideOfFirst: Int32 = 1
        var sizeOfFirst: [Int] = [1, 2, 2, 1]
        var sparseIndices: [Int32] = [0, 0]
        var axis: Int32 = 1
        var bias: [UInt8] = [0x00, 0x38]
    }

    static func file(_ changes: Changes = Changes()) -> [UInt8] {
        var model = SmallModel()
        return model.build(changes)
    }

    private mutating func tensor(
        _ shape: [Int], type: ModelSchema.ElementType = .float32, _ data: [UInt8]? = nil,
        sparsity: [Int: Value]? = nil
    ) -> Int32 {
        var fields: [Int: Value] = [
            ModelSchema.Tensor.shape.rawValue: .integers(shape.map(Int32.init)),
            ModelSchema.Tensor.type.rawValue: .byte(Int8(type.rawValue)),
        ]
        if let data {
            fields[ModelSchema.Tensor.buffer.rawValue] = .integer(Int32(buffers.count))
            buffers.append([ModelSchema.Buffer.data.rawValue: .bytes(data)])
        }
        if let sparsity { fields[ModelSchema.Tensor.sparsity.rawValue] = .table(sparsity) }
        tensors.append(fields)
        return Int32(tensors.count - 1)
    }

    private mutating func floats(_ shape: [Int], _ values: [Float]) -> Int32 {
        tensor(shape, values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
    }

    private mutating func integers(_ shape: [Int], _ values: [Int32]) -> Int32 {
        tensor(shape, type: .int32, values.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) })
    }

    /// Adds an operator, and the tensor that it makes.
    private mutating func add(
        _ operation: ModelSchema.Operation?, _ inputs: [Int32], _ shape: [Int],
        type: ModelSchema.ElementType = .float32, _ options: [Int: Value] = [:]
    ) -> Int32 {
        let output = tensor(shape, type: type)
        codes.append([ModelSchema.OperatorCode.code.rawValue: .integer(Int32(operation?.rawValue ?? 99))])
        operators.append([
            ModelSchema.Operator.code.rawValue: .integer(Int32(codes.count - 1)),
            ModelSchema.Operator.inputs.rawValue: .integers(inputs),
            ModelSchema.Operator.outputs.rawValue: .integers([output]),
            ModelSchema.Operator.options.rawValue: .table(options),
        ])
        return output
    }

    private mutating func build(_ changes: Changes) -> [UInt8] {
        let image = tensor(Self.input)
        let sum = addSum(of: image, changes)
        let doubled = add(
            .depthwiseConvolution, [image, floats([1, 1, 1, 1], [2]), floats([1], [0])], Self.input,
            [
                ModelSchema.DepthwiseOptions.strideWidth.rawValue: .integer(1),
                ModelSchema.DepthwiseOptions.strideHeight.rawValue: .integer(1),
            ])
        let values = add(.add, [sum, doubled], Self.input)
        let largest = addLargest(of: values, changes)
        let first = add(.reshape, [largest], [1, 4, 1])
        let second = add(.reshape, [add(.logistic, [doubled], Self.input)], [1, 4, 1])
        let joined = add(
            .concatenation, [first, second], Self.joined,
            [ModelSchema.ConcatenationOptions.axis.rawValue: .integer(changes.axis)])
        let enlarged = add(
            .resizeBilinear, [image, integers([2], [4, 4])], Self.enlarged,
            [ModelSchema.ResizeOptions.halfPixelCenters.rawValue: .byte(1)])
        let unknown = add(nil, [values], Self.unknown)
        let graph: [Int: Value] = [
            ModelSchema.Subgraph.tensors.rawValue: .tables(tensors),
            ModelSchema.Subgraph.inputs.rawValue: .integers([image]),
            ModelSchema.Subgraph.outputs.rawValue: .integers([unknown, joined, enlarged]),
            ModelSchema.Subgraph.operators.rawValue: .tables(operators),
        ]
        return FlatBufferWriter.file(
            identifier: ModelSchema.identifier,
            root: [
                ModelSchema.Model.operatorCodes.rawValue: .tables(codes),
                ModelSchema.Model.subgraphs.rawValue: .tables([graph]),
                ModelSchema.Model.buffers.rawValue: .tables(buffers),
            ])
    }

    /// The sum of all pixels and 0.5, with weights of half precision.
    private mutating func addSum(of image: Int32, _ changes: Changes) -> Int32 {
        let one: [UInt8] = [0x00, 0x3C]
        let padded = add(.pad, [image, integers([4, 2], changes.padding)], [1, 4, 4, 1])
        let filter = tensor([1, 3, 3, 1], type: .float16, (0..<9).flatMap { _ in one })
        let bias = tensor([1], type: .float16, changes.bias)
        let inputs = [padded, add(.dequantize, [filter], [1, 3, 3, 1]), add(.dequantize, [bias], [1])]
        return add(
            .convolution, inputs, changes.sizeOfFirst,
            [
                ModelSchema.ConvolutionOptions.padding.rawValue: .byte(1),
                ModelSchema.ConvolutionOptions.strideWidth.rawValue: .integer(1),
                ModelSchema.ConvolutionOptions.strideHeight.rawValue: .integer(changes.strideOfFirst),
            ])
    }

    /// Twice the values, by way of four channels and the largest of them.
    private mutating func addLargest(of values: Int32, _ changes: Changes) -> Int32 {
        // 1, nothing, 2, nothing.
        let sparsity: [Int: Value] = [
            ModelSchema.Sparsity.traversalOrder.rawValue: .integers([0, 1, 2, 3]),
            ModelSchema.Sparsity.dimensions.rawValue: .tables(
                [4, 1, 1].map { [ModelSchema.Dimension.denseSize.rawValue: .integer($0)] } + [
                    [
                        ModelSchema.Dimension.format.rawValue: .byte(1),
                        ModelSchema.Dimension.segmentsType.rawValue: .byte(1),
                        ModelSchema.Dimension.segments.rawValue: .table([0: .integers([0, 1, 1, 2, 2])]),
                        ModelSchema.Dimension.indicesType.rawValue: .byte(1),
                        ModelSchema.Dimension.indices.rawValue: .table([0: .integers(changes.sparseIndices)]),
                    ]
                ]),
        ]
        let kept = tensor([4, 1, 1, 1], type: .float16, [0x00, 0x3C, 0x00, 0x40], sparsity: sparsity)
        let dense = add(.densify, [kept], [4, 1, 1, 1], type: .float16)
        let filter = add(.dequantize, [dense], [4, 1, 1, 1])
        let channels = add(
            .convolution, [values, filter, floats([4], [0, 0, 0, 0])], [1, 2, 2, 4],
            [
                ModelSchema.ConvolutionOptions.strideWidth.rawValue: .integer(1),
                ModelSchema.ConvolutionOptions.strideHeight.rawValue: .integer(1),
                ModelSchema.ConvolutionOptions.activation.rawValue: .byte(1),
            ])
        let space = add(
            .depthToSpace, [channels], [1, 4, 4, 1],
            [ModelSchema.DepthToSpaceOptions.blockSize.rawValue: .integer(2)])
        typealias Pool = ModelSchema.PoolOptions
        return add(
            .maxPool, [space], [1, 2, 2, 1],
            [
                Pool.padding.rawValue: .byte(1), Pool.strideWidth.rawValue: .integer(2),
                Pool.strideHeight.rawValue: .integer(2), Pool.filterWidth.rawValue: .integer(2),
                Pool.filterHeight.rawValue: .integer(2),
            ])
    }
}

/// Writes FlatBuffers files: each table behind its vtable, and what it leads to behind the table.
struct FlatBufferWriter {
    /// What a field has.
    indirect enum Value {
        case byte(Int8)
        case integer(Int32)
        case integers([Int32])
        case bytes([UInt8])
        case table([Int: Value])
        case tables([[Int: Value]])
    }

    private var bytes: [UInt8] = []

    /// The file with a table at its root.
    static func file(identifier: String, root: [Int: Value]) -> [UInt8] {
        var writer = FlatBufferWriter()
        writer.append(UInt32(0))
        writer.bytes += Array(identifier.utf8)
        let root = writer.table(root)
        writer.lead(from: 0, to: root)
        return writer.bytes
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func lead(from place: Int, to target: Int) {
        withUnsafeBytes(of: UInt32(target - place).littleEndian) {
            bytes.replaceSubrange(place..<place + 4, with: $0)
        }
    }

    private mutating func table(_ fields: [Int: Value]) -> Int {
        let numbers = fields.keys.sorted()
        let entries = (numbers.last ?? -1) + 1
        let vtable = bytes.count
        append(UInt16(4 + 2 * entries))
        append(UInt16(4 + 4 * numbers.count))
        for field in 0..<entries {
            let slot = numbers.firstIndex(of: field)
            append(UInt16(slot.map { 4 + 4 * $0 } ?? 0))
        }
        let table = bytes.count
        append(Int32(table - vtable))
        for number in numbers {
            switch fields[number] {
            case .byte(let value): append(Int32(value))
            case .integer(let value): append(value)
            default: append(UInt32(0))
            }
        }
        for (slot, number) in numbers.enumerated() {
            guard let target = fields[number].flatMap({ target($0) }) else { continue }
            lead(from: table + 4 + 4 * slot, to: target)
        }
        return table
    }

    /// Writes what a field leads to; nil for numbers, which are in the table.
    private mutating func target(_ value: Value) -> Int? {
        let start = bytes.count
        switch value {
        case .byte, .integer: return nil
        case .table(let fields): return table(fields)
        case .integers(let values):
            append(UInt32(values.count))
            for value in values { append(value) }
        case .bytes(let values):
            append(UInt32(values.count))
            bytes += values
        case .tables(let tables):
            append(UInt32(tables.count))
            for _ in tables { append(UInt32(0)) }
            for (index, fields) in tables.enumerated() {
                let target = table(fields)
                lead(from: start + 4 + 4 * index, to: target)
            }
        }
        return start
    }
}

/// Writes zip archives.
enum TestArchive {
    /// An archive of members, stored as they are, even if it says that they are compressed.
    static func archive(_ members: [(name: String, text: String, isCompressed: Bool)]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let common =
                word(20) + word(0) + word(member.isCompressed ? 8 : 0) + long(0) + long(0)
                + long(member.text.utf8.count) + long(member.text.utf8.count) + word(member.name.utf8.count)
            directory +=
                long(0x0201_4B50) + word(20) + common + word(0) + word(0) + word(0) + word(0) + long(0)
                + long(bytes.count) + Array(member.name.utf8)
            bytes += long(0x0403_4B50) + common + word(0) + Array(member.name.utf8) + Array(member.text.utf8)
        }
        let start = bytes.count
        return bytes + directory + long(0x0605_4B50) + word(0) + word(0) + word(members.count)
            + word(members.count) + long(directory.count) + long(start) + word(0)
    }

    private static func word(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt16(value).littleEndian, Array.init)
    }

    private static func long(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(value).littleEndian, Array.init)
    }
}
