/// The values that a model's file stores in tensors.
extension NetworkModel {
    /// The operators that compute tensors, by the tensors' numbers.
    ///
    /// - Throws: ``PerceptionError/malformedModel(path:reason:)`` if two operators compute the same tensor.
    func producers() throws(PerceptionError) -> [Int: Operator] {
        var producers: [Int: Operator] = [:]
        for made in operators {
            for output in made.outputs {
                guard producers.updateValue(made, forKey: output) == nil else {
                    throw file.malformed("two operators make tensor \(output)")
                }
            }
        }
        return producers
    }

    /// The weights in a tensor, single and dense. The file may store them in half precision or sparse, and convert them with
    /// operators; that happens here, once.
    func weights(_ number: Int, producers: [Int: Operator]) throws(PerceptionError) -> [Float] {
        var source = number
        // A sparse tensor is made dense and then single: two operators at most.
        for _ in 0..<2 {
            guard let made = producers[source], made.kind == .dequantize || made.kind == .densify,
                let input = made.inputs.first
            else { break }
            source = input
        }
        let tensor = tensors[source]
        guard tensor.shape == tensors[number].shape else {
            throw file.malformed(
                "weights of shape \(tensor.shape) are unpacked to shape \(tensors[number].shape)")
        }
        let stored = try values(of: tensor)
        let values = try tensor.sparsity.map { (sparsity) throws(PerceptionError) in
            try dense(stored, sparsity, tensor)
        }
        let weights = values ?? stored
        guard weights.count == tensor.count else {
            throw file.malformed("weights of shape \(tensor.shape) have \(weights.count) values")
        }
        guard weights.allSatisfy(\.isFinite) else {
            throw file.malformed("weights of shape \(tensor.shape) have values that are not finite")
        }
        return weights
    }

    /// The numbers in a tensor of `count` integers.
    func integers(_ number: Int, count: Int) throws(PerceptionError) -> [Int] {
        let tensor = tensors[number]
        guard tensor.type == .int32, tensor.data.count == count * ModelSchema.ElementType.int32.bytes else {
            throw unsupported("tensor \(number) does not hold \(count) integers")
        }
        return try (file.integers(in: tensor.data) as [Int32]).map(Int.init)
    }

    /// The values that the file stores for a tensor.
    private func values(of tensor: Tensor) throws(PerceptionError) -> [Float] {
        guard let type = tensor.type, tensor.data.count.isMultiple(of: type.bytes),
            tensor.data.count / type.bytes <= tensor.count
        else { throw unsupported("weights of shape \(tensor.shape) have \(tensor.data.count) bytes") }
        switch type {
        case .float32:
            return try (file.integers(in: tensor.data) as [UInt32]).map(Float.init(bitPattern:))
        case .float16:
            return try (file.integers(in: tensor.data) as [UInt16]).map { Float(Float16(bitPattern: $0)) }
        case .int32: throw unsupported("weights of shape \(tensor.shape) are integers")
        }
    }

    private func dense(
        _ stored: [Float], _ sparsity: Sparsity, _ tensor: Tensor
    ) throws(PerceptionError) -> [Float] {
        guard stored.count == sparsity.indices.count, let width = tensor.shape.last else {
            throw file.malformed("\(stored.count) sparse weights have \(sparsity.indices.count) places")
        }
        var values = [Float](repeating: 0, count: tensor.count)
        for row in sparsity.segments.indices.dropLast() {
            for place in sparsity.segments[row]..<sparsity.segments[row + 1] {
                values[row * width + sparsity.indices[place]] = stored[place]
            }
        }
        return values
    }
}

// MARK: - Sparsity

extension NetworkModel {
    /// Where a tensor's stored values belong: compressed rows along the last axis, in the order of the axes and without
    /// blocks. Other formats are refused.
    static func sparsity(_ table: FlatTable, shape: [Int]) throws(PerceptionError) -> Sparsity {
        typealias Field = ModelSchema.Dimension
        let order: [Int32] = try table.integers(ModelSchema.Sparsity.traversalOrder, limit: Limits.dimensions)
        let blocks: [Int32] = try table.integers(ModelSchema.Sparsity.blockMap, limit: Limits.dimensions)
        let axes = try table.tables(ModelSchema.Sparsity.dimensions, limit: 2 * Limits.dimensions)
        guard blocks.isEmpty, axes.count == shape.count, let row = axes.last, let width = shape.last,
            order.map(Int.init) == Array(shape.indices)
        else { throw table.file.unsupported("sparse weights of shape \(shape) with blocks or out of order") }
        for (axis, extent) in zip(axes.dropLast(), shape) {
            let size: Int32 = try axis.integer(Field.denseSize, default: 0)
            guard try format(axis) == .dense, Int(size) == extent else {
                throw table.file.unsupported(
                    "sparse weights of shape \(shape) with more than one sparse axis")
            }
        }
        guard try format(row) == .compressed else {
            throw table.file.unsupported("sparse weights of shape \(shape) without a sparse axis")
        }
        let rows = shape.dropLast().reduce(1, *)
        let segments = try indices(row, type: Field.segmentsType, Field.segments, limit: rows + 1)
        let places = try indices(row, type: Field.indicesType, Field.indices, limit: rows * width)
        guard segments.count == rows + 1, segments.first == 0, segments.last == places.count,
            zip(segments, segments.dropFirst()).allSatisfy({ $0 <= $1 }),
            places.allSatisfy({ $0 >= 0 && $0 < width })
        else { throw table.file.malformed("sparse weights of shape \(shape) lie outside it") }
        return Sparsity(segments: segments, indices: places)
    }

    private static func format(_ axis: FlatTable) throws(PerceptionError) -> ModelSchema.DimensionFormat? {
        let number: Int8 = try axis.integer(ModelSchema.Dimension.format, default: 0)
        return ModelSchema.DimensionFormat(rawValue: Int(number))
    }

    private static func indices(
        _ axis: FlatTable, type: ModelSchema.Dimension, _ field: ModelSchema.Dimension, limit: Int
    ) throws(PerceptionError) -> [Int] {
        let number: UInt8 = try axis.integer(type, default: 0)
        guard let type = ModelSchema.IndexType(rawValue: Int(number)), let list = try axis.table(field) else {
            throw axis.file.malformed("sparse weights have no \(field)")
        }
        let values = ModelSchema.IndexVector.values
        switch type {
        case .int32: return try (list.integers(values, limit: limit) as [Int32]).map(Int.init)
        case .uint16: return try (list.integers(values, limit: limit) as [UInt16]).map(Int.init)
        case .uint8: return try (list.integers(values, limit: limit) as [UInt8]).map(Int.init)
        }
    }
}
