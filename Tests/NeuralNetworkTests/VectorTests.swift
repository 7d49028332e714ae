import Testing

@testable import NeuralNetwork

@Suite("Vector")
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
