/// A learned vector for each of a few classes: `[rows, width]`, the rows of a batch's classes as `[width, N]`.
package final class Embedding {
    /// `[rows, width]`, initialized to 0.
    package let weight: Parameter
    /// The length of a vector.
    package let width: Int

    private let store: ParameterStore
    private var rows: [Int] = []
    private let output = Tensor()

    package init(_ name: String, rows: Int, width: Int, in store: ParameterStore) {
        weight = store.declare(name, [rows, width], .unregularised) { 0 }
        (self.width, self.store) = (width, store)
    }

    /// The vectors of the classes `[width, N]`.
    package func callAsFunction(_ rows: [Int]) -> Tensor {
        self.rows = rows
        output.reshape(to: Shape(channels: width, batch: rows.count))
        let values = store.values(weight)
        for (column, row) in rows.enumerated() {
            for index in 0..<width { output.base[index * rows.count + column] = values[row * width + index] }
        }
        return output
    }

    /// The vector of one class.
    package subscript(row: Int) -> [Float] {
        get { Array(UnsafeBufferPointer(start: store.values(weight) + row * width, count: width)) }
        set {
            precondition(newValue.count == width, "a vector of another length")
            for index in 0..<width { store.values(weight)[row * width + index] = newValue[index] }
        }
    }

    /// Adds the gradient of the last call's vectors `[width, N]` to that of their classes.
    package func backward(_ gradient: Tensor) {
        let sums = store.gradients(weight)
        for (column, row) in rows.enumerated() {
            for index in 0..<width {
                sums[row * width + index] += gradient.base[index * rows.count + column]
            }
        }
    }
}
