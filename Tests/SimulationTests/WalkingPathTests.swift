import Foundation
import Testing

@testable import Simulation

@Suite("Walking path")
struct WalkingPathTests {
    private func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        ((a - b) * (a - b)).sum().squareRoot()
    }

    @Test("near the start the walk is straight along the heading, left is on the left", arguments: [8.0, -8])
    func start(radius: Double) {
        let path = WalkingPath(start: SIMD3(1, 0, 2), heading: .pi / 2, radius: radius)
        // Heading +x: left is -z.
        #expect(distance(path.place(SIMD3(0, 0, 0.01)), SIMD3(1.01, 0, 2)) < 1e-4)
        #expect(distance(path.place(SIMD3(0.5, 1, 0)), SIMD3(1, 1, 1.5)) < 1e-12)
    }

    @Test("a circle closes, to the side that the radius says", arguments: [8.0, -8])
    func circle(radius: Double) {
        let path = WalkingPath(start: .zero, heading: 0, radius: radius)
        #expect(distance(path.place(SIMD3(0, 0, 2 * .pi * 8)), .zero) < 1e-9)
        // Heading +z: left is +x, and the far side of the circle lies there.
        #expect(distance(path.place(SIMD3(0, 0, .pi * 8)), SIMD3(2 * radius, 0, 0)) < 1e-9)
    }
}
