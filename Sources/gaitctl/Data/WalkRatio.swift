import Foundation
import Gait

/// How long the steps of a walk are for their frequency, and that frequency, from which the frame rate of a recording is
/// told: who takes longer steps takes more of them in a second (Sekiya and Nagasaki, 1998), whereas a walk at half the
/// rate that it is taken for has the same steps half as often.
struct WalkRatio {
    /// Frames below which no stride can be seen.
    static let leastFrames = 45

    /// Strides a second at the frame rate that is assumed.
    let strides: Double
    /// A step's length as a share of the leg's, divided by steps a second.
    let value: Double

    /// Of a walk with y up, in any unit.
    ///
    /// - Returns: nil where it is short, or nobody walks in it.
    init?(_ poses: [Pose]) {
        guard poses.count >= Self.leastFrames else { return nil }
        let bodies = poses.map(BodyGeometry.init)
        let legs = [BodyGeometry.Part.leftThigh, .leftShank, .rightThigh, .rightShank].map { part in
            Sample.median(bodies.compactMap { $0.length(part) })
        }
        let leg = legs.reduce(0, +) / 2
        var along: [Double] = []
        var across: [Double] = []
        for body in bodies {
            guard let feet = body.vector(.rightFoot, .leftFoot), let facing = body.facing else { return nil }
            along.append(Double(feet.dot(facing)))
            across.append(Double(feet.dot(facing.cross(SIMD3(0, 1, 0)))))
        }
        // Whoever walks sideways swings the feet across.
        let swing = [Self.centred(along), Self.centred(across)].max {
            Self.deviation($0) < Self.deviation($1)
        }
        guard leg > 0, let swing, Self.deviation(swing) > Double(WalkDetector.usualMinimumLegSwing) * leg
        else {
            return nil
        }
        strides = Self.mainFrequency(of: swing)
        value = 2.0.squareRoot() * Self.deviation(swing) / leg / (2 * strides)
    }

    private static func centred(_ values: [Double]) -> [Double] {
        let mean = Sample.mean(values)
        return values.map { $0 - mean }
    }

    private static func deviation(_ centred: [Double]) -> Double {
        Sample.mean(centred.map { $0 * $0 }).squareRoot()
    }

    /// The strongest frequency between 0.15 and 3 Hz.
    private static func mainFrequency(of values: [Double]) -> Double {
        var best = (frequency: 0.15, power: 0.0)
        for frequency in stride(from: 0.15, through: 3, by: 0.02) {
            let turn = 2 * Double.pi * frequency / Double(Gait.frameRate)
            var (cosines, sines) = (0.0, 0.0)
            for (frame, value) in values.enumerated() {
                cosines += value * cos(turn * Double(frame))
                sines += value * sin(turn * Double(frame))
            }
            let power = cosines * cosines + sines * sines
            if power > best.power { best = (frequency, power) }
        }
        return best.frequency
    }
}

/// The frame rate of a set of walks, told from their steps.
struct FrameRateCheck {
    /// Rates that recordings have, frames a second, far enough from each other to be told apart.
    private static let rates = [15.0, 30, 60, 120]
    /// The usual walk ratio and strides a second, and how far the medians of a few walks of one kind are from them, as
    /// logarithms: old people take short steps often, proud ones long steps seldom.
    private static let usualRatio = (value: 0.37, spread: 0.35)
    private static let usualStrides = (value: 0.9, spread: 0.3)
    /// Walks below which a wrong rate is only a note.
    private static let fewWalks = 12

    /// The rate that the walks were recorded at; nil where it cannot be told.
    let rate: Double?
    private let strides: Double
    private let walks: Int

    init(_ ratios: [WalkRatio]) {
        walks = ratios.count
        let strides = Sample.median(ratios.map(\.strides))
        self.strides = strides
        guard !ratios.isEmpty else {
            rate = nil
            return
        }
        let ratio = Sample.median(ratios.map(\.value))
        rate = Self.rates.min { one, other in
            Self.strangeness(ratio, strides, at: one) < Self.strangeness(ratio, strides, at: other)
        }
    }

    /// How unusual a walk would be that was recorded at a rate.
    private static func strangeness(_ ratio: Double, _ strides: Double, at rate: Double) -> Double {
        let factor = rate / Double(Gait.frameRate)
        let ratio = log(ratio / factor / usualRatio.value) / usualRatio.spread
        let strides = log(strides * factor / usualStrides.value) / usualStrides.spread
        return ratio * ratio + strides * strides
    }

    var findings: [Finding] {
        guard let rate else {
            return [.note("rate", "cannot be told: nobody walks for 1.5 s or more in one gait")]
        }
        let text = String(format: "%.2f strides a second in the median of %ld walks", strides, walks)
        if rate == Double(Gait.frameRate) { return [.good("rate", "30 frames a second: \(text)")] }
        let found = String(
            format: "%@: for the length of their steps, that is a recording of about %.0f frames a second",
            text, rate)
        let advice = "bring the gaits to 30 frames a second"
        return [
            walks < Self.fewWalks
                ? .note("rate", found, advice: advice) : .wrong("rate", found, advice: advice)
        ].with(["rate": rate])
    }
}
