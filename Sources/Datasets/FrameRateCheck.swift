import Foundation
import Gait

/// A walk's step length for its step frequency, and that frequency. They reveal the frame rate of a recording: people who
/// take longer steps take more of them per second (Sekiya and Nagasaki, 1998), but a walk at half the assumed rate has the
/// same steps half as often.
struct WalkRatio {
    /// The fewest frames that can show a stride.
    static let leastFrames = 45

    /// Strides per second at the assumed frame rate.
    let strides: Double
    /// A step's length as a share of the leg's, divided by steps per second.
    let value: Double

    /// - Parameter poses: y up, in any unit.
    /// - Returns: nil if they are too few, or show no walk.
    init?(_ poses: [Pose]) {
        guard poses.count >= Self.leastFrames else { return nil }
        let bodies = poses.map { BodyGeometry(pose: $0) }
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
        // A sideways walk swings the feet across.
        let swing = [Self.centered(along), Self.centered(across)].max {
            Self.deviation($0) < Self.deviation($1)
        }
        guard leg > 0, let swing, Self.deviation(swing) > Double(WalkDetector.defaultMinimumLegSwing) * leg
        else {
            return nil
        }
        strides = Self.mainFrequency(of: swing)
        value = 2.0.squareRoot() * Self.deviation(swing) / leg / (2 * strides)
    }

    private static func centered(_ values: [Double]) -> [Double] {
        let mean = Sample.mean(values)
        return values.map { $0 - mean }
    }

    private static func deviation(_ centered: [Double]) -> Double {
        Sample.mean(centered.map { $0 * $0 }).squareRoot()
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

/// Determines the frame rate of a set of walks from their steps.
struct FrameRateCheck {
    /// Candidate rates, frames per second, far enough apart to distinguish.
    private static let rates = [15.0, 30, 60, 120]
    /// The typical walk ratio and strides per second, and the spreads of medians over a few walks of one kind, as logarithms:
    /// old people take short steps often, proud people long steps rarely.
    private static let typicalRatio = (value: 0.37, spread: 0.35)
    private static let typicalStrides = (value: 0.9, spread: 0.3)
    /// With fewer walks, a wrong rate is only a note.
    private static let fewWalks = 12

    /// The rate of the recordings; nil if undetermined.
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

    /// How atypical the walks would be at a rate.
    private static func strangeness(_ ratio: Double, _ strides: Double, at rate: Double) -> Double {
        let factor = rate / Double(Gait.frameRate)
        let ratio = log(ratio / factor / typicalRatio.value) / typicalRatio.spread
        let strides = log(strides * factor / typicalStrides.value) / typicalStrides.spread
        return ratio * ratio + strides * strides
    }

    var findings: [Finding] {
        guard let rate else {
            return [.note("rate", "cannot be determined: no gait shows a walk of 1.5 s or more")]
        }
        let text = String(format: "%.2f strides per second in the median of %ld walks", strides, walks)
        if rate == Double(Gait.frameRate) { return [.good("rate", "30 frames per second: \(text)")] }
        let found = String(
            format: "%@: for the length of the steps, this is a recording of about %.0f frames per second",
            text, rate)
        let advice = "convert the gaits to 30 frames per second"
        return [
            walks < Self.fewWalks
                ? .note("rate", found, advice: advice) : .wrong("rate", found, advice: advice)
        ].with(["rate": rate])
    }
}
