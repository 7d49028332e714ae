import Foundation

/// The One-Euro filter of a point (Casiez, Roussel, Vogel 2012): a low pass whose cutoff rises with the speed, so that
/// what rests does not tremble and what moves does not lag.
struct OneEuroFilter: Equatable {
    /// How strongly points are filtered.
    struct Settings: Equatable {
        /// The cutoff at rest, Hz.
        var minimumCutoff: Float
        /// Hz more for each metre per second.
        var speedCoefficient: Float
        /// The cutoff of the speed itself, Hz.
        var derivativeCutoff: Float = 1

        /// What MediaPipe filters world landmarks with. Stronger filters, such as 1.7 and 0.3, flatten the stride.
        static let worldLandmarks = Settings(minimumCutoff: 0.1, speedCoefficient: 40)
    }

    private var value: SIMD3<Float>
    private var speed = SIMD3<Float>.zero

    /// A filter that has seen one point.
    init(_ value: SIMD3<Float>) { self.value = value }

    /// Takes in a point and gives it filtered, each coordinate by itself.
    ///
    /// - Parameter step: seconds since the point before, above 0.
    mutating func filter(_ point: SIMD3<Float>, step: Float, _ settings: Settings) -> SIMD3<Float> {
        let rate = Self.share(cutoff: SIMD3(repeating: settings.derivativeCutoff), step: step)
        speed += rate * ((point - value) / step - speed)
        let magnitude = speed.replacing(with: -speed, where: speed .< 0)
        value +=
            Self.share(cutoff: settings.minimumCutoff + settings.speedCoefficient * magnitude, step: step)
            * (point - value)
        return value
    }

    /// The share of the new value: 1 / (1 + tau / step) with tau = 1 / (2 pi cutoff).
    private static func share(cutoff: SIMD3<Float>, step: Float) -> SIMD3<Float> {
        let ratio = 2 * Float.pi * step * cutoff
        return ratio / (1 + ratio)
    }
}
