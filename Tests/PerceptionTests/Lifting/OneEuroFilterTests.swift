import Foundation
import Testing

@testable import Perception

@Suite("The One-Euro filter")
struct OneEuroFilterTests {
    /// The filter as the paper writes it (Casiez, Roussel, Vogel 2012, algorithm 1), of one coordinate.
    private struct Paper {
        let minimum: Double
        let beta: Double
        let derivative: Double
        var value = 0.0
        var speed = 0.0
        var isFirst = true

        func alpha(_ rate: Double, _ cutoff: Double) -> Double {
            let tau = 1 / (2 * Double.pi * cutoff)
            return 1 / (1 + tau * rate)
        }

        mutating func filter(_ point: Double, rate: Double) -> Double {
            let change = isFirst ? 0 : (point - value) * rate
            let share = alpha(rate, derivative)
            speed = isFirst ? 0 : share * change + (1 - share) * speed
            let cutoff = minimum + beta * abs(speed)
            value = isFirst ? point : alpha(rate, cutoff) * point + (1 - alpha(rate, cutoff)) * value
            isFirst = false
            return value
        }
    }

    @Test("is the paper's, coordinate by coordinate")
    func paper() {
        let settings = OneEuroFilter.Settings.worldLandmarks
        var papers = (0..<3).map { _ in
            Paper(
                minimum: Double(settings.minimumCutoff), beta: Double(settings.speedCoefficient),
                derivative: Double(settings.derivativeCutoff))
        }
        var filter: OneEuroFilter?
        for frame in 0..<100 {
            let point = SIMD3<Float>(0.2 * Float(sin(Double(frame) / 5)), Float(frame % 3) * 0.01, 0.4)
            let expected = (0..<3).map { papers[$0].filter(Double(point[$0]), rate: 30) }
            let value = filter?.filter(point, step: 1 / 30, settings) ?? point
            if filter == nil { filter = OneEuroFilter(point) }
            for axis in 0..<3 { #expect(abs(Double(value[axis]) - expected[axis]) < 1e-5) }
        }
    }

    @Test("keeps a stride's height and quietens what rests")
    func strideAndRest() {
        var (stride, rest) = (OneEuroFilter(.zero), OneEuroFilter(.zero))
        var (highest, loudest): (Float, Float) = (0, 0)
        for frame in 1...120 {
            let swing = Float(sin(2 * Double.pi * Double(frame) / 30))
            let tremble: Float = frame.isMultiple(of: 2) ? 0.005 : -0.005
            let moved = stride.filter(SIMD3(0.3 * swing, 0, 0), step: 1 / 30, .worldLandmarks)
            let still = rest.filter(SIMD3(tremble, 0, 0), step: 1 / 30, .worldLandmarks)
            guard frame > 60 else { continue }
            (highest, loudest) = (max(highest, moved.x), max(loudest, abs(still.x)))
        }
        #expect(highest > 0.285 && loudest < 0.004)
    }
}
