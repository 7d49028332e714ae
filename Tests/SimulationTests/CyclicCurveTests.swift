import Foundation
import Testing

@testable import Simulation

@Suite("Cyclic curve")
struct CyclicCurveTests {
    @Test("a curve within its harmonics is met everywhere, not only at the samples")
    func exact() {
        func wave(_ phase: Double) -> Double {
            3 + 2 * cos(2 * .pi * phase) - sin(6 * .pi * phase)
        }
        let curve = CyclicCurve(samples: (0..<20).map { wave(Double($0) / 20) }, harmonics: 6)
        for phase in stride(from: -1.5, through: 2, by: 0.037) {
            #expect(abs(curve(phase) - wave(phase)) < 1e-12)
        }
    }

    @Test("the curves of normal gait have their known extremes")
    func normalGait() {
        let phases = stride(from: 0.0, to: 1, by: 0.01)
        func extremes(_ curve: CyclicCurve) -> (lowest: Double, highest: Double, at: Double) {
            let values = phases.map { (phase: $0, value: curve($0)) }
            let highest = values.max { $0.value < $1.value } ?? (0, 0)
            return (values.map(\.value).min() ?? 0, highest.value, highest.phase)
        }
        let hip = extremes(NormalGait.hip)
        #expect(abs(hip.lowest + 13) < 1.5 && abs(hip.highest - 27) < 1.5)
        let knee = extremes(NormalGait.knee)
        #expect(abs(knee.highest - 63) < 2 && abs(knee.at - 0.72) < 0.03)
        let ankle = extremes(NormalGait.ankle)
        #expect(abs(ankle.lowest + 18) < 2 && abs(ankle.highest - 9.5) < 1.5)
    }
}
