import Foundation
package import Gait

/// The errors of two-dimensional pose estimators: jitter that lasts over frames, constant offsets, movements that are too
/// small, drift, losses, and exchanges of left and right.
///
/// Shares are of the body's apparent height. Errors of single frames alone teach a lifter little: with them its readings of
/// BlazePose agree with the true skeleton's by a kappa of 0.56, with constant ones too by 0.83.
package struct KeypointNoise: Sendable, Equatable {
    /// The standard deviation of the jitter.
    package var jitter: ClosedRange<Float>
    /// How much of a frame's jitter is that of the frame before.
    package var persistence: ClosedRange<Float> = 0.4...0.85
    /// The standard deviation of a joint's constant offset.
    package var offset: Float
    /// The probability of the systematic errors of BlazePose.
    package var bias: Float
    /// The probability that limbs move too little, and how little.
    package var damping: Float
    package var gain: ClosedRange<Float>
    /// The standard deviation of a slow wave.
    package var drift: Float
    /// How often a joint is lost in a window, on average, and for how many frames.
    package var losses: Float
    package var lossFrames: ClosedRange<Int>
    /// How often left and right are exchanged in a window, on average, for 1 to 3 frames.
    package var swaps: Float
    /// The probability that only every second or third picture is looked at.
    package var slowness: Float
    /// The errors of one estimator, beside the others.
    package var estimator: EstimatorErrors?

    /// As estimators are on clear pictures.
    package static let ordinary = KeypointNoise(
        jitter: 0.01...0.03, offset: 0.008, bias: 0.5, damping: 0.5, gain: 0.6...1, drift: 0.006,
        losses: 0.15,
        lossFrames: 1...6, swaps: 0.3, slowness: 0.3)
    /// As they are in bad light, on small figures and on blurred ones.
    package static let bad = KeypointNoise(
        jitter: 0.03...0.05, offset: 0.014, bias: 0.5, damping: 0.7, gain: 0.55...0.9, drift: 0.012,
        losses: 0.6,
        lossFrames: 2...12, swaps: 1.2, slowness: 0.5)
    /// None.
    package static let none = KeypointNoise(
        jitter: 0...0, offset: 0, bias: 0, damping: 0, gain: 1...1, drift: 0, losses: 0, lossFrames: 1...1,
        swaps: 0, slowness: 0)

    /// The errors of one estimator, and little else.
    package static func imitating(_ estimator: EstimatorErrors) -> KeypointNoise {
        KeypointNoise(
            jitter: 0.002...0.008, offset: 0.003, bias: 0, damping: 0, gain: 1...1, drift: 0.003,
            losses: 0.05, lossFrames: 1...4, swaps: 0.15, slowness: 0.3, estimator: estimator)
    }

    /// A torso's share of the body's height.
    private static let torsoShare: Float = 0.3

    /// The systematic errors of BlazePose-lite on rendered figures, downward: shoulders 3.3 % too high, the head 8 %,
    /// ankles 2.6 %.
    private static func bias(_ joint: Joint) -> Float {
        switch joint {
        case .head: -0.05
        case .leftShoulder, .rightShoulder: -0.033
        case .leftFoot, .rightFoot: -0.026
        default: 0
        }
    }

    /// How much a joint jitters, relative to the others: what moves fast and is thin is found least well.
    private static func unrest(_ joint: Joint) -> Float {
        switch joint {
        case .leftHand, .rightHand: 1.3
        case .leftElbow, .rightElbow, .leftFoot, .rightFoot: 1.1
        case .leftHip, .rightHip, .leftShoulder, .rightShoulder: 0.8
        default: 1
        }
    }

    /// How much of its movement a limb shows: its end and its middle move too little alike.
    private struct Gains {
        let arms: SIMD2<Float>
        let legs: SIMD2<Float>

        func of(_ joint: Joint) -> SIMD2<Float> {
            switch joint {
            case .leftElbow, .rightElbow, .leftHand, .rightHand: arms
            case .leftKnee, .rightKnee, .leftFoot, .rightFoot: legs
            default: SIMD2(1, 1)
            }
        }
    }

    /// What an estimator finds.
    ///
    /// - Parameters:
    ///   - rays: `[T, V]`, where the joints are.
    ///   - heights: `[T]`, the body's apparent height, tangents.
    ///   - isShown: `[T, V]`, whether the joint is within the picture.
    ///   - bearing: degrees between the direction that the person faces and the camera, positive on their left.
    package func callAsFunction(
        _ rays: [SIMD2<Float>], heights: [Float], isShown: [Bool], bearing: Float = 0,
        using generator: inout SeededGenerator
    ) -> ImageWindow {
        let count = LifterJoints.count
        var found = rays
        var confidences = [Float](repeating: 1, count: rays.count)
        let errors = estimator?.joints(seenFrom: bearing)
        if let errors { imitate(errors, &found, heights: heights, using: &generator) }
        disturb(&found, heights: heights, isShown: isShown, using: &generator)
        assess(&confidences, errors, isShown: isShown, using: &generator)
        exchange(&found, &confidences, using: &generator)
        lose(&confidences, using: &generator)
        let step = generator.uniform(0...1) < slowness ? Int.random(in: 2...3, using: &generator) : 1
        for joint in 0..<count {
            Self.bridge(joint, &found) { frame in
                // The last picture is always the newest one.
                (Gait.windowFrames - 1 - frame).isMultiple(of: step) && confidences[frame * count + joint] > 0
            }
        }
        return ImageWindow(
            rays: found, confidences: confidences, start: 0,
            end: Double(Gait.windowFrames - 1) / Double(Gait.frameRate), coverage: 1)
    }

    /// The middle of the hips in each frame.
    private static func hips(_ found: [SIMD2<Float>]) -> [SIMD2<Float>] {
        (0..<Gait.windowFrames).map { frame in
            let start = frame * LifterJoints.count
            return (found[start + LifterJoints.leftHip] + found[start + LifterJoints.rightHip]) / 2
        }
    }

    /// Moves the joints.
    private func disturb(
        _ found: inout [SIMD2<Float>], heights: [Float], isShown: [Bool],
        using generator: inout SeededGenerator
    ) {
        let count = LifterJoints.count
        let deviation = generator.uniform(jitter)
        let kept = generator.uniform(persistence)
        let fresh = (1 - kept * kept).squareRoot()
        let share = generator.uniform(0...1) < bias ? generator.uniform(0.3...1.3) : 0
        var gains = Gains(arms: SIMD2(1, 1), legs: SIMD2(1, 1))
        if generator.uniform(0...1) < damping {
            // Across the picture legs are found better than up and down.
            gains = Gains(
                arms: SIMD2(generator.uniform(gain), generator.uniform(gain)),
                legs: SIMD2((1 + generator.uniform(gain)) / 2, generator.uniform(gain)))
        }
        let hips = Self.hips(found)
        for (index, joint) in ImageWindow.joints.enumerated() {
            var mean = SIMD2<Float>.zero
            for frame in 0..<Gait.windowFrames {
                mean += (found[frame * count + index] - hips[frame]) / heights[frame]
            }
            mean /= Float(Gait.windowFrames)
            let own = gains.of(joint)
            let shift =
                SIMD2(0, share * Self.bias(joint)) + offset * SIMD2(generator.normal(), generator.normal())
            let wave = (
                amplitude: drift * SIMD2(generator.normal(), generator.normal()),
                rate: 2 * .pi * generator.uniform(0.1...0.8) / Gait.frameRate,
                phase: generator.uniform(0...2 * .pi)
            )
            let unrest = deviation * Self.unrest(joint)
            var error = unrest * SIMD2(generator.normal(), generator.normal())
            for frame in 0..<Gait.windowFrames {
                let place = frame * count + index
                let moved = (found[place] - hips[frame]) / heights[frame] - mean
                var change = (own - 1) * moved + shift
                change += wave.amplitude * sin(wave.rate * Float(frame) + wave.phase)
                // Joints outside of the picture are guesses.
                change += isShown[place] ? error : 3 * error
                found[place] += change * heights[frame]
                error = kept * error + fresh * unrest * SIMD2(generator.normal(), generator.normal())
            }
        }
    }

    /// Moves the joints as an estimator sees them, on other people's figures a little otherwise.
    private func imitate(
        _ errors: [EstimatorErrors.JointErrors], _ found: inout [SIMD2<Float>], heights: [Float],
        using generator: inout SeededGenerator
    ) {
        let count = LifterJoints.count
        let (damping, shift, unrest) = (
            generator.uniform(0.6...1.3), generator.uniform(0.5...1.2), generator.uniform(0.5...1.2)
        )
        let hips = Self.hips(found)
        for (index, own) in errors.enumerated() {
            /// From the hips, apparent torsos.
            func place(_ frame: Int) -> SIMD2<Float> {
                (found[frame * count + index] - hips[frame]) / (Self.torsoShare * heights[frame])
            }
            let mean =
                (0..<Gait.windowFrames).reduce(SIMD2<Float>.zero) { $0 + place($1) }
                / Float(Gait.windowFrames)
            let offset = shift * own.offset + own.spread * SIMD2(generator.normal(), generator.normal())
            let lack = damping * (own.gain - 1) + 0.08 * SIMD2(generator.normal(), generator.normal())
            let fresh = (1 - own.persistence * own.persistence).squareRoot()
            var error = unrest * own.residual * SIMD2(generator.normal(), generator.normal())
            for frame in 0..<Gait.windowFrames {
                let change = lack * (place(frame) - mean) + offset + error
                found[frame * count + index] += change * Self.torsoShare * heights[frame]
                error =
                    own.persistence * error
                    + fresh * unrest * own.residual * SIMD2(generator.normal(), generator.normal())
            }
        }
    }

    /// Gives the joints confidences: those of an estimator, or any; a third of the sources knows none.
    private func assess(
        _ confidences: inout [Float], _ errors: [EstimatorErrors.JointErrors]?, isShown: [Bool],
        using generator: inout SeededGenerator
    ) {
        let knows = errors != nil || generator.uniform(0...1) < 0.67
        let level = generator.uniform(0.5...0.98)
        let levels = (0..<LifterJoints.count).map { joint in
            let own = errors?[joint].confidence ?? level
            // Who is quite sure of a joint is so of every person.
            let spread = errors == nil ? 0.15 : 0.3 * own * (1 - own)
            return min(max(own + spread * generator.normal(), errors == nil ? 0.15 : 0.02), 1)
        }
        for place in confidences.indices {
            if knows {
                let own = levels[place % LifterJoints.count]
                let change = errors == nil ? 0.05 : 0.3 * own * (1 - own)
                confidences[place] = min(max(own + change * generator.normal(), 0.02), 1)
            }
            guard !isShown[place] else { continue }
            confidences[place] = knows ? confidences[place] * 0.3 : (generator.uniform(0...1) < 0.5 ? 0 : 1)
        }
    }

    /// Exchanges left and right: of the legs, of the arms, or of both.
    private func exchange(
        _ found: inout [SIMD2<Float>], _ confidences: inout [Float], using generator: inout SeededGenerator
    ) {
        for _ in 0..<Self.count(swaps, using: &generator) {
            let start = Int.random(in: 0..<Gait.windowFrames, using: &generator)
            let end = min(start + Int.random(in: 1...3, using: &generator), Gait.windowFrames)
            let part = Int.random(in: 0..<3, using: &generator)
            let sides =
                part == 0
                ? LifterJoints.sides[..<3] : part == 1 ? LifterJoints.sides[3...] : LifterJoints.sides[...]
            for frame in start..<end {
                for (left, right) in sides {
                    let (one, other) = (frame * LifterJoints.count + left, frame * LifterJoints.count + right)
                    found.swapAt(one, other)
                    confidences.swapAt(one, other)
                }
            }
        }
    }

    /// Takes joints away for some frames.
    private func lose(_ confidences: inout [Float], using generator: inout SeededGenerator) {
        for joint in 0..<LifterJoints.count {
            for _ in 0..<Self.count(losses, using: &generator) {
                let start = Int.random(in: 0..<Gait.windowFrames, using: &generator)
                let end = min(start + Int.random(in: lossFrames, using: &generator), Gait.windowFrames)
                for frame in start..<end { confidences[frame * LifterJoints.count + joint] = 0 }
            }
        }
    }

    /// A number of events with the given mean, at most four.
    private static func count(_ mean: Float, using generator: inout SeededGenerator) -> Int {
        (0..<4).count { _ in generator.uniform(0...1) < mean / 4 }
    }

    /// Puts a joint on the line between the frames in which it was seen; at the window's ends it stays where it was.
    private static func bridge(_ joint: Int, _ rays: inout [SIMD2<Float>], isSeen: (Int) -> Bool) {
        var last: Int?
        for frame in 0..<Gait.windowFrames where isSeen(frame) {
            let end = rays[frame * LifterJoints.count + joint]
            let begin = last.map { rays[$0 * LifterJoints.count + joint] } ?? end
            let first = last ?? -1
            for between in first + 1..<frame {
                let share = Float(between - first) / Float(frame - first)
                rays[between * LifterJoints.count + joint] = begin + (end - begin) * share
            }
            last = frame
        }
        guard let last else { return }
        for frame in last + 1..<max(Gait.windowFrames, last + 1) {
            rays[frame * LifterJoints.count + joint] = rays[last * LifterJoints.count + joint]
        }
    }
}
