import Foundation

/// The leg's joint angles in normal walking over one cycle, from one heel strike of a foot to its next.
///
/// Sampled at every 5 % of the cycle from the mean curves for natural cadence in Winter, "The Biomechanics and Motor Control
/// of Human Gait" (1991), chapter 3, with the events of Perry and Burnfield, "Gait Analysis" (2010), chapters 4-6: loading
/// response to 12 %, toe-off at 62 %. Degrees, rounded; the walker needs the shapes, not the decimals.
enum NormalGait {
    /// Flexion of the thigh forward from the vertical: 24 at heel strike, -13 at 50 %, 27 at 85 %.
    static let hip = CyclicCurve(
        samples: [
            24, 22.5, 20, 16, 11.5, 7, 2, -3, -7.5, -11, -13, -11, -4, 6, 15, 21.5, 25.5, 27, 26.5, 25,
        ], harmonics: 6)

    /// Flexion of the knee: 18.5 in the loading response, 6.5 at 40 %, 63 at 72 %.
    static let knee = CyclicCurve(
        samples: [
            4, 10, 16.5, 18.5, 17.5, 14.5, 11, 8, 6.5, 8, 13.5, 24, 39, 54, 62, 62, 52, 36, 19, 6,
        ], harmonics: 6)

    /// Dorsiflexion of the ankle: -5 after heel strike, 9.5 at 45 %, -19 at toe-off.
    static let ankle = CyclicCurve(
        samples: [
            -1, -5, -4, -0.5, 2.5, 4.5, 6, 7.5, 9, 9.5, 6, -5, -17, -17, -10, -5, -1.5, 0.5, 1, 0.5,
        ], harmonics: 6)

    /// The share of the cycle in which a foot is on the ground.
    static let stance = 0.62
    /// Rotation of the pelvis about the vertical to either side, degrees (Perry and Burnfield, chapter 7).
    static let pelvicRotation = 5.0
    /// Rise of the pelvis on the standing side in loading, degrees (the same).
    static let pelvicObliquity = 4.0
}

/// A smooth periodic curve over the gait cycle: a truncated Fourier series.
///
/// Truncation keeps every derivative finite, so that simulated accelerations and jerks are a body's and not artifacts of a
/// table's corners.
struct CyclicCurve: Sendable {
    private let mean: Double
    private let cosines: [Double]
    private let sines: [Double]

    /// The least-squares fit to samples spaced evenly over the cycle.
    ///
    /// - Parameter harmonics: fewer than half the samples.
    init(samples: [Double], harmonics: Int) {
        let count = Double(samples.count)
        mean = samples.reduce(0, +) / count
        func coefficient(_ harmonic: Int, _ wave: (Double) -> Double) -> Double {
            var sum = 0.0
            for (index, sample) in samples.enumerated() {
                sum += sample * wave(2 * .pi * Double(harmonic * index) / count)
            }
            return 2 * sum / count
        }
        cosines = (1...harmonics).map { coefficient($0, cos) }
        sines = (1...harmonics).map { coefficient($0, sin) }
    }

    /// The value at a phase in cycles; the period is 1.
    func callAsFunction(_ phase: Double) -> Double {
        let angle = 2 * .pi * (phase - phase.rounded(.down))
        var value = mean
        for harmonic in cosines.indices {
            let turned = angle * Double(harmonic + 1)
            value += cosines[harmonic] * cos(turned) + sines[harmonic] * sin(turned)
        }
        return value
    }
}
