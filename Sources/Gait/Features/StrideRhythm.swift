import Foundation

/// How fast a gait strides, and where in the stride it begins.
///
/// Left and right limbs make the same movement half a stride apart, whatever the direction of walking. The difference
/// between a limb and the mirror image of the other therefore oscillates once per stride.
package struct StrideRhythm: Sendable, Equatable {
    /// Strides a second.
    package var frequency: Float
    /// The phase of the first frame, radians; at 0 the left foot is lifted highest above the right one.
    package var phase: Float

    package init(frequency: Float, phase: Float) {
        (self.frequency, self.phase) = (frequency, phase)
    }

    /// The range of frequencies to search.
    package static let range: ClosedRange<Float> = 0.45...1.8
    private static let step: Float = 0.02

    /// The channels of ``channels(frames:period:)``.
    package static let channelCount = 4

    /// The rhythm of a gait, by least squares over the frequencies in ``range``.
    package init(fitting gait: Gait) {
        var gait = gait
        gait.turn(by: Heading(gait).angles)
        let differences = Self.differences(gait)
        let count = Int(((Self.range.upperBound - Self.range.lowerBound) / Self.step).rounded())
        var best = (power: -Float.infinity, frequency: Self.range.lowerBound)
        for index in 0...count {
            let wave = Wave(frequency: Self.range.lowerBound + Float(index) * Self.step, frames: gait.frames)
            let power = differences.reduce(0) { $0 + wave.fit($1).power }
            if power > best.power { best = (power, wave.frequency) }
        }
        let lift = (0..<gait.frames).map { frame in
            gait.position(frame: frame, joint: .leftFoot).y - gait.position(frame: frame, joint: .rightFoot).y
        }
        let fit = Wave(frequency: best.frequency, frames: gait.frames).fit(lift)
        self.init(frequency: best.frequency, phase: atan2(-fit.sine, fit.cosine))
    }

    /// Sine and cosine of the phase, then of twice the phase, at every frame: `[4][frames]`.
    ///
    /// - Parameter period: after how many frames the gait begins again, as a looped one does.
    package func channels(frames: Int, period: Int = .max) -> [[Float]] {
        let angles = (0..<frames).map { frame in
            phase + 2 * .pi * frequency * Float(frame % period) / Gait.frameRate
        }
        return [
            angles.map { sin($0) }, angles.map { cos($0) }, angles.map { sin(2 * $0) },
            angles.map { cos(2 * $0) },
        ]
    }

    /// How far each left joint is from the mirror image of the right one, a row of frames for each coordinate.
    private static func differences(_ gait: Gait) -> [[Float]] {
        Joint.allCases.filter { $0.rawValue < $0.mirrored.rawValue }.flatMap { joint -> [[Float]] in
            let places = (0..<gait.frames).map { frame -> SIMD3<Float> in
                let root = gait.position(frame: frame, joint: .root)
                let left = gait.position(frame: frame, joint: joint) - root
                let right = gait.position(frame: frame, joint: joint.mirrored) - root
                return left - right * SIMD3(-1, 1, 1)
            }
            return (0..<3).map { axis in places.map { $0[axis] } }
        }
    }

    /// A wave of one frequency, to be fitted to signals by least squares, after removing their means and trends: a
    /// turning walker has a trend, which is not a slow stride.
    private struct Wave {
        let frequency: Float
        private let cosines: [Float]
        private let sines: [Float]
        /// The inverse of the two waves' products with each other: cosine, both, sine.
        private let inverse: SIMD3<Float>

        init(frequency: Float, frames: Int) {
            self.frequency = frequency
            let angles = (0..<frames).map { 2 * .pi * frequency * Float($0) / Gait.frameRate }
            cosines = Self.detrended(angles.map { cos($0) })
            sines = Self.detrended(angles.map { sin($0) })
            let products = SIMD3(cosines.dot(cosines), cosines.dot(sines), sines.dot(sines))
            let determinant = products.x * products.z - products.y * products.y
            inverse = determinant > 1e-6 ? SIMD3(products.z, -products.y, products.x) / determinant : .zero
        }

        func fit(_ signal: [Float]) -> (cosine: Float, sine: Float, power: Float) {
            let products = (cosines.dot(signal), sines.dot(signal))
            let cosine = inverse.x * products.0 + inverse.y * products.1
            let sine = inverse.y * products.0 + inverse.z * products.1
            return (cosine, sine, cosine * products.0 + sine * products.1)
        }

        private static func detrended(_ values: [Float]) -> [Float] {
            let mean = values.reduce(0, +) / Float(values.count)
            let middle = Float(values.count - 1) / 2
            var (product, square): (Float, Float) = (0, 0)
            for (index, value) in values.enumerated() {
                product += (Float(index) - middle) * value
                square += (Float(index) - middle) * (Float(index) - middle)
            }
            let slope = square > 0 ? product / square : 0
            return values.enumerated().map { $1 - mean - slope * (Float($0) - middle) }
        }
    }
}
