import Foundation

/// A smooth periodic curve over the gait cycle: a truncated Fourier series.
///
/// Truncation keeps every derivative finite, so that simulated accelerations and jerks are those of a body
/// and not of a table's corners.
struct CyclicCurve: Sendable {
    private let mean: Double
    private let cosines: [Double]
    private let sines: [Double]

    /// The series that is closest, in the sense of least squares, to samples spaced evenly over the cycle.
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

    /// The value at a phase in cycles; phases a whole number apart are the same.
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
