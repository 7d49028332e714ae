extension NetworkModel {
    /// How a tensor's kept values lie: compressed rows along the last axis, in the order of the axes and without
    /// blocks; other forms are refused.
    static func sparsity(_ table: FlatTable, shape: [Int]) throws(PerceptionError) -> Sparsity {
        let order: [Int32] = try table.integers(ModelSchema.Sparsity.traversalOrder, limit: Limits.dimensions)
        let blocks: [Int32] = try table.integers(ModelSchema.Sparsity.blockMap, limit: Limits.dimensions)
        let axes = try table.tables(ModelSchema.Sparsity.dimensions, limit: 2 * Limits.dimensions)
        guard blocks.isEmpty, axes.count == shape.count, let row = axes.last, let width = shape.last,
            order.map(Int.init) == Array(shape.indices)
        else {
            throw .unsupportedModel(
                path: table.file.path, reason: "sparse weights of shape \(shape) with blocks or out of order")
        }
        for (axis, extent) in zip(axes.dropLast(), shape) {
            let size: Int32 = try axis.integer(ModelSchema.Dimension.denseSize, default: 0)
            guard try format(axis) == .dense, Int(size) == extent else {
                throw .unsupportedModel(
                    path: table.file.path,
                    reason: "sparse weights of shape \(shape) with more than one sparse axis")
            }
        }
        guard try format(row) == .compressed else {
            throw .unsupportedModel(
                path: table.file.path, reason: "sparse weights of shape \(shape) without a sparse axis")
        }
        let rows = shape.dropLast().reduce(1, *)
        let segments = try indices(
            row, type: ModelSchema.Dimension.segmentsType, ModelSchema.Dimension.segments, limit: rows + 1)
        let places = try indices(
            row, type: ModelSchema.Dimension.indicesType, ModelSchema.Dimension.indices, limit: rows * width)
        guard segments.count == rows + 1, segments.first == 0, segments.last == places.count,
            zip(segments, segments.dropFirst()).allSatisfy({ $0 <= $1 }),
            places.allSatisfy({ $0 >= 0 && $0 < width })
        else {
            throw table.file.malformed("sparse weights of shape \(shape) lie outside it")
        }
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
