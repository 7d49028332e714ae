import Foundation

/// A reproducible source of random numbers: xoshiro256** (Blackman and Vigna, 2021), seeded by SplitMix64.
///
/// The same seed gives the same numbers on every machine.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)
    /// The second of the two normal numbers that are drawn at a time.
    private var spareNormal: Float?

    /// A generator whose sequence depends on the seed only; close seeds give unrelated sequences.
    package init(seed: UInt64) {
        var mixer = seed
        func next() -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var mixed = mixer
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        state = (next(), next(), next(), next())
    }

    package mutating func next() -> UInt64 {
        let scrambled = rotated(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotated(state.3, by: 45)
        return scrambled
    }

    /// A number from the normal distribution with mean 0 and standard deviation 1 (Marsaglia's polar method).
    package mutating func normal() -> Float {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let first = uniform(-1...1)
            let second = uniform(-1...1)
            let square = first * first + second * second
            guard square > 0, square < 1 else { continue }
            let factor = (-2 * log(square) / square).squareRoot()
            spareNormal = second * factor
            return first * factor
        }
    }

    /// A number spread evenly over the range.
    package mutating func uniform(_ range: ClosedRange<Float>) -> Float {
        // 24 bits fill a Float's significand, so every result is exact and 1 is never reached.
        let unit = Float(next() >> 40) * 0x1p-24
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }

    private func rotated(_ value: UInt64, by bits: UInt64) -> UInt64 {
        (value << bits) | (value >> (64 - bits))
    }
}
