import TestSupport
import Testing

@testable import Gait

struct SimilarityTransformTests {
    private let points: [SIMD3<Double>] = TestBody.frame(swing: 0.3).map { SIMD3<Double>($0) }

    /// A turn of 0.8 about y after one of 0.6 (sines of 3-4-5 triangles), larger and moved.
    private let known = SimilarityTransform(
        scale: 1.7,
        rotation: [SIMD3(0.6, 0.48, 0.64), SIMD3(0, 0.8, -0.6), SIMD3(-0.8, 0.36, 0.48)],
        translation: SIMD3(3, -2, 0.5))

    private func largestError(_ one: SimilarityTransform, _ other: SimilarityTransform) -> Double {
        points.map { point in
            let difference = one(point) - other(point)
            return (difference * difference).sum().squareRoot()
        }.max() ?? .infinity
    }

    @Test("a known transform is found again")
    func exact() throws {
        let fit = try #require(SimilarityTransform(fitting: points, to: points.map { known($0) }))
        #expect(largestError(fit, known) < 1e-9)
        #expect((fit.scale - 1.7).magnitude < 1e-9)
    }

    @Test("the best fit of a mirror image is a rotation, not the reflection")
    func noReflection() throws {
        let mirrored = points.map { SIMD3(-$0.x, $0.y, $0.z + 0.3 * $0.x * $0.y) }
        let fit = try #require(SimilarityTransform(fitting: points, to: mirrored))
        let (x, y, z) = (fit.rotation[0], fit.rotation[1], fit.rotation[2])
        let determinant =
            x.x * (y.y * z.z - y.z * z.y) - x.y * (y.x * z.z - y.z * z.x) + x.z * (y.x * z.y - y.y * z.x)
        #expect((determinant - 1).magnitude < 1e-9)
    }

    @Test("no other transform nearby fits better")
    func leastSquares() throws {
        var generator = SeededGenerator(seed: 3)
        let target = points.map {
            known($0) + SIMD3(Double(generator.normal()), 0.2, Double(generator.normal()))
        }
        let fit = try #require(SimilarityTransform(fitting: points, to: target))
        func residual(_ transform: SimilarityTransform) -> Double {
            zip(points, target).reduce(0) { sum, pair in
                let difference = transform(pair.0) - pair.1
                return sum + (difference * difference).sum()
            }
        }
        let best = residual(fit)
        for angle in [-1e-3, 1e-3] {
            let rows = fit.rotation
            let turned = [rows[0] + angle * rows[1], rows[1] - angle * rows[0], rows[2]]
            #expect(residual(.init(scale: fit.scale, rotation: turned, translation: fit.translation)) > best)
            #expect(
                residual(.init(scale: fit.scale + angle, rotation: rows, translation: fit.translation)) > best
            )
            #expect(
                residual(.init(scale: fit.scale, rotation: rows, translation: fit.translation + angle)) > best
            )
        }
    }

    @Test("points that coincide or lie on a line determine no rotation")
    func degenerate() {
        let one = [SIMD3<Double>](repeating: SIMD3(1, 2, 3), count: 16)
        let line = (0..<16).map { Double($0) * SIMD3(1, 2, 3) }
        #expect(SimilarityTransform(fitting: one, to: points) == nil)
        #expect(SimilarityTransform(fitting: points, to: one) == nil)
        #expect(SimilarityTransform(fitting: line, to: points) == nil)
        #expect(SimilarityTransform(fitting: [], to: []) == nil)
    }
}
