import Testing

@testable import Gait

struct SymmetricEigenTests {
    @Test("A v = value v with unit, orthogonal vectors")
    func eigen() {
        let matrix: [Double] = [4, 1, -2, 0.5, 1, 2, 0, 3, -2, 0, 3, -1, 0.5, 3, -1, -5]
        let eigen = SymmetricEigen(matrix, size: 4)
        for index in 0..<4 {
            let vector = Array(eigen.vector(index))
            for row in 0..<4 {
                let product = (0..<4).reduce(0) { $0 + matrix[row * 4 + $1] * vector[$1] }
                #expect((product - eigen.values[index] * vector[row]).magnitude < 1e-12)
            }
            for other in 0..<4 {
                let product = zip(vector, eigen.vector(other)).reduce(0) { $0 + $1.0 * $1.1 }
                #expect((product - (index == other ? 1 : 0)).magnitude < 1e-12)
            }
        }
    }

    @Test("a diagonal matrix, the zero matrix and an empty one are their own answer")
    func diagonal() {
        let diagonal: [Double] = [1, 0, 0, 0, 4, 0, 0, 0, 2]
        #expect(SymmetricEigen(diagonal, size: 3).values == [1, 4, 2])
        #expect(SymmetricEigen([0, 0, 0, 0], size: 2).values == [0, 0])
        #expect(SymmetricEigen([], size: 0).values.isEmpty)
    }

    @Test("only the symmetric part counts")
    func symmetricPart() {
        #expect(
            SymmetricEigen([2, 2, 0, 2], size: 2).values == SymmetricEigen([2, 1, 1, 2], size: 2).values)
    }
}
