/// The values of tensors that a model's file holds.
extension NetworkModel {
    /// The operators that make tensors, by the tensors' numbers.
    ///
    /// - Throws: ``PerceptionError/malformedModel(path:reason:)`` where two make the same.
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

    /// The weights in a tensor: of the file as they are, in half precision, or sparse, with the operators that make
    /// them single and dense done here, once.
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
        let kept = try values(of: tensor)
        let values = try tensor.sparsity.map { (sparsity) throws(PerceptionError) in
            try dense(kept, sparsity, tensor)
        }
        let weights = values ?? kept
        guard weights.count == tensor.count else {
            throw file.malformed("weights of shape \(tensor.shape) have \(weights.count) values")
        }
        guard weights.allSatisfy(\.isFinite) else {
            throw file.malformed("weights of shape \(tensor.shape) have values that are not finite")
        }
        return weights
    }

    /// The numbers in a tensor of whole numbers, `count` of them.
    func integers(_ number: Int, count: Int) throws(PerceptionError) -> [Int] {
        let tensor = tensors[number]
        guard tensor.type == .int32, tensor.data.count == count * ModelSchema.ElementType.int32.bytes else {
            throw unsupported("tensor \(number) is not \(count) whole numbers of the file")
        }
        return try (file.integers(in: tensor.data) as [Int32]).map(Int.init)
    }

    /// What the file has of a tensor's values.
    private func values(of tensor: Tensor) throws(PerceptionError) -> [Float] {
        guard let type = tensor.type, tensor.data.count.isMultiple(of: type.bytes),
            tensor.data.count / type.bytes <= tensor.count
        else { throw unsupported("weights of shape \(tensor.shape) have \(tensor.data.count) bytes") }
        switch type {
        case .float32:
            return try (file.integers(in: tensor.data) as [UInt32]).map(Float.init(bitPattern:))
        case .float16:
            return try (file.integers(in: tensor.data) as [UInt16]).map { Float(Float16(bitPattern: $0)) }
        case .int32: throw unsupported("weights of shape \(tensor.shape) are whole numbers")
        }
    }

    private func dense(_ kept: [Float], _ sparsity: Sparsity, _ tensor: Tensor) throws(PerceptionError)
        -> [Float]
    {
        guard kept.count == sparsity.indices.count, let width = tensor.shape.last else {
            throw file.malformed("\(kept.count) sparse weights have \(sparsity.indices.count) places")
        }
        var values = [Float](repeating: 0, count: tensor.count)
        for row in sparsity.segments.indices.dropLast() {
            for place in sparsity.segments[row]..<sparsity.segments[row + 1] {
                values[row * width + sparsity.indices[place]] = kept[place]
            }
        }
        return values
    }
}
