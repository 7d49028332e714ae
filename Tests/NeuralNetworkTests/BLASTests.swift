import Testing

@testable import NeuralNetwork

@Suite("BLAS")
struct BLASTests {
    @Test(
        "a product agrees with three loops, for operands as stored and transposed", arguments: [false, true],
        [false, true])
    func product(transposedA: Bool, transposedB: Bool) {
        var generator = TestGenerator(seed: 1)
        let (rows, columns, depth) = (5, 7, 3)
        // Rows that are stored further apart than they are long.
        let leadingA = (transposedA ? rows : depth) + 2
        let leadingB = (transposedB ? depth : columns) + 1
        let leadingC = columns + 3
        let a = generator.floats((transposedA ? depth : rows) * leadingA)
        let b = generator.floats((transposedB ? columns : depth) * leadingB)
        let before = generator.floats(rows * leadingC)
        var c = before
        c.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress else { return }
            BLAS.multiply(
                a, transposedA ? .transposed : .stored, leadingA: leadingA,
                b, transposedB ? .transposed : .stored, leadingB: leadingB,
                into: base, leadingC: leadingC, rows: rows, columns: columns, depth: depth, alpha: 2,
                beta: 0.5)
        }
        var expected = before.map(Double.init)
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = 0.0
                for k in 0..<depth {
                    let left = a[transposedA ? k * leadingA + row : row * leadingA + k]
                    let right = b[transposedB ? column * leadingB + k : k * leadingB + column]
                    sum += Double(left) * Double(right)
                }
                expected[row * leadingC + column] = 2 * sum + 0.5 * Double(before[row * leadingC + column])
            }
        }
        #expect(relativeError(c, expected) < 1e-6)
    }

    @Test("the processor family has a name")
    func kernelFamily() {
        #expect(!BLAS.kernelFamily.isEmpty)
    }
}
