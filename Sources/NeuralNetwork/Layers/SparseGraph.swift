/// The partitioned adjacency of a small graph, as the list of its entries that are not zero.
///
/// The skeleton's three matrices have 46 such entries of 768, so the product with them is a few scaled
/// additions of contiguous frames instead of a dense matrix product.
package struct SparseGraph: Sendable, Equatable {
    /// One entry `A_k[v, w]`.
    struct Entry: Sendable, Equatable {
        let partition: Int
        /// v, read from.
        let source: Int
        /// w, added to.
        let target: Int
        /// Position in the dense `[K, V, V]` array.
        let index: Int
        let value: Float
    }

    /// K.
    package let partitions: Int
    /// V.
    package let joints: Int
    /// The dense array `[K, V, V]`, indexed `[k, v, w]`.
    package let dense: [Float]
    /// Sorted by partition, then target.
    let entries: [Entry]

    /// - Parameter dense: `[partitions, joints, joints]`, indexed `[k, v, w]`.
    package init(dense: [Float], partitions: Int, joints: Int) {
        precondition(dense.count == partitions * joints * joints, "\(dense.count) entries")
        self.dense = dense
        self.partitions = partitions
        self.joints = joints
        var entries: [Entry] = []
        for k in 0..<partitions {
            for w in 0..<joints {
                for v in 0..<joints {
                    let index = (k * joints + v) * joints + w
                    guard dense[index] != 0 else { continue }
                    entries.append(
                        Entry(partition: k, source: v, target: w, index: index, value: dense[index]))
                }
            }
        }
        self.entries = entries
    }

    /// `out[k, c, n, w] = sum_v A_k[v, w] * x[c, n, v]` over runs of contiguous frames: `[C, N, V, T]` to
    /// `[K * C, N, V, T]`.
    ///
    /// - Parameter importance: the factor for each dense entry; nil for none.
    func spread(_ input: Tensor, importance: UnsafePointer<Float>?, into output: Tensor) {
        let shape = input.shape
        output.reshape(to: shape.with(channels: partitions * shape.channels))
        let run = shape.frames
        let rows = shape.channels * shape.batch
        var position = 0
        for k in 0..<partitions {
            let block = output.base + k * rows * joints * run
            for w in 0..<joints {
                let first = position
                while position < entries.count, entries[position].partition == k,
                    entries[position].target == w
                {
                    position += 1
                }
                for row in 0..<rows {
                    let target = block + (row * joints + w) * run
                    let source = input.base + row * joints * run
                    guard first < position else {
                        target.update(repeating: 0, count: run)
                        continue
                    }
                    for number in first..<position {
                        let entry = entries[number]
                        let factor = entry.value * (importance?[entry.index] ?? 1)
                        let values = source + entry.source * run
                        if number == first {
                            Vector.scale(values, by: factor, into: target, count: run)
                        } else {
                            Vector.accumulate(values, times: factor, into: target, count: run)
                        }
                    }
                }
            }
        }
    }

    /// The transpose of ``spread(_:importance:into:)`` for one partition: adds to `inputGradient` `[C, N, V,
    /// T]` and to the gradient of the importance `[K, V, V]`.
    func gather(
        _ gradient: Tensor, partition: Int, input: Tensor, importance: UnsafePointer<Float>?,
        into inputGradient: Tensor, importanceGradient: UnsafeMutablePointer<Float>?
    ) {
        let run = input.shape.frames
        let rows = input.shape.channels * input.shape.batch
        for entry in entries where entry.partition == partition {
            let factor = entry.value * (importance?[entry.index] ?? 1)
            var product: Float = 0
            for row in 0..<rows {
                let source = gradient.base + (row * joints + entry.target) * run
                let place = (row * joints + entry.source) * run
                Vector.accumulate(source, times: factor, into: inputGradient.base + place, count: run)
                if importanceGradient != nil {
                    product += Vector.dot(source, input.base + place, count: run)
                }
            }
            importanceGradient?[entry.index] += entry.value * product
        }
    }
}
