import Testing

@testable import Gait

struct SymmetricMatrix4Tests {
    @Test("eigenvalues come largest first, and A v = value v with unit, orthogonal vectors")
    func eigen() {
        let rows: [SIMD4<Double>] = [
            SIMD4(4, 1, -2, 0.5), SIMD4(1, 2, 0, 3), SIMD4(-2, 0, 3, -1), SIMD4(0.5, 3, -1, -5),
        ]
        let eigen = SymmetricMatrix4(rows: rows).eigen()
        #expect(zip(eigen, eigen.dropFirst()).allSatisfy { $0.value >= $1.value })
        for (index, pair) in eigen.enumerated() {
            for row in 0..<4 {
                #expect(((rows[row] * pair.vector).sum() - pair.value * pair.vector[row]).magnitude < 1e-12)
            }
            for (other, otherPair) in eigen.enumerated() {
                let product = (pair.vector * otherPair.vector).sum()
                #expect((product - (index == other ? 1 : 0)).magnitude < 1e-12)
            }
        }
    }

    @Test("a diagonal matrix and the zero matrix are their own answer")
    func diagonal() {
        let rows: [SIMD4<Double>] = [
            SIMD4(1, 0, 0, 0), SIMD4(0, 4, 0, 0), SIMD4(0, 0, 2, 0), SIMD4(0, 0, 0, 3),
        ]
        #expect(SymmetricMatrix4(rows: rows).eigen().map(\.value) == [4, 3, 2, 1])
        let zero = SymmetricMatrix4(rows: Array(repeating: .zero, count: 4)).eigen()
        #expect(zero.allSatisfy { $0.value == 0 })
    }
}
