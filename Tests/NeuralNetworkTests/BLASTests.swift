import Testing

@testable import NeuralNetwork

struct BLASTests {
    @Test("a product agrees with three loops, transposed or not", arguments: [false, true], [false, true])
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

struct BLASKernelsTests {
    @Test("a processor with AVX2 and FMA runs Haswell's kernels, others what OpenBLAS chose")
    func family() {
        let head = "processor\t: 0\nmodel name\t: any\n"
        #expect(BLAS.fittingFamily(processor: head + "flags\t\t: fpu avx avx2 fma sse\n") == "Haswell")
        #expect(BLAS.fittingFamily(processor: head + "flags\t\t: fpu avx avx2 sse\n") == nil)
        #expect(BLAS.fittingFamily(processor: head + "Features\t: fp asimd\n") == nil)
        #expect(BLAS.fittingFamily(processor: "") == nil)
    }
}

struct VectorTests {
    @Test("reductions agree with Float64 for every length", arguments: 0...70)
    func reductions(count: Int) {
        var generator = TestGenerator(seed: UInt64(count) + 1)
        let (x, y) = (generator.floats(count), generator.floats(count))
        let bound = 1e-6 * Double(max(count, 1))
        let sum = x.reduce(0) { $0 + Double($1) }
        let dot = zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        let squares = x.reduce(0) { $0 + (Double($1) - 0.25) * (Double($1) - 0.25) }
        #expect(abs(Double(Vector.sum(x, count: count)) - sum) < bound)
        #expect(abs(Double(Vector.dot(x, y, count: count)) - dot) < bound)
        #expect(abs(Double(Vector.squaredDeviation(x, from: 0.25, count: count)) - squares) < bound)
    }

    @Test("reductions read unaligned places and nothing behind the end")
    func bounds() {
        let values: [Float] = [.nan] + Array(repeating: 1, count: 33) + [.nan]
        values.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            #expect(Vector.sum(base + 1, count: 33) == 33)
            #expect(Vector.dot(base + 1, base + 1, count: 33) == 33)
            #expect(Vector.squaredDeviation(base + 1, from: 0, count: 33) == 33)
        }
    }

    @Test("maps change as many values as they are told", arguments: [0, 1, 7, 8, 33])
    func maps(count: Int) {
        var generator = TestGenerator(seed: 5)
        let x = generator.floats(count + 1)
        func changed(_ map: (UnsafeMutablePointer<Float>) -> Void, _ expected: (Float, Float) -> Float)
            -> Bool
        {
            var y = (0...count).map { Float($0) - 3 }
            let before = y
            y.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { map(base) } }
            return y == (0...count).map { $0 < count ? expected(x[$0], before[$0]) : before[$0] }
        }
        #expect(changed({ Vector.scale(x, by: 2, into: $0, count: count) }, { 2 * $0 + 0 * $1 }))
        #expect(changed({ Vector.accumulate(x, times: 2, into: $0, count: count) }, { $1 + 2 * $0 }))
        #expect(changed({ Vector.add(x, into: $0, count: count) }, { $1 + $0 }))
        #expect(
            changed({ Vector.affine(x, scale: 2, shift: 1, into: $0, count: count) }, { 2 * $0 + 1 + 0 * $1 })
        )
        #expect(changed({ Vector.rectify($0, count: count) }, { _, y in max(y, 0) }))
        #expect(changed({ Vector.rectify($0, adding: 1, count: count) }, { _, y in max(y + 1, 0) }))
        #expect(changed({ Vector.mask($0, where: x, count: count) }, { x, y in x > 0 ? y : 0 }))
    }
}
