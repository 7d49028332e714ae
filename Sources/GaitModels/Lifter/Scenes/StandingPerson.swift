import Foundation
import Gait

/// People who do not walk: they stand, sway, gesture, shift their weight, turn on the spot, or sit down.
///
/// A lifter that never saw any draws strides into the noise of standing legs.
struct StandingPerson {
    /// A slow movement as a sum of two waves.
    private struct Sway {
        private let waves: [(amplitude: Float, rate: Float, phase: Float)]

        init(_ amplitude: Float, rates: ClosedRange<Float>, using generator: inout SeededGenerator) {
            waves = (0..<2).map { _ in
                (
                    amplitude * generator.normal() * 0.7, 2 * .pi * generator.uniform(rates),
                    generator.uniform(0...2 * .pi)
                )
            }
        }

        func value(_ seconds: Float) -> Float {
            waves.reduce(0) { $0 + $1.amplitude * sin($1.rate * seconds + $1.phase) }
        }
    }

    private let trunk: [Sway]
    private let shift: Sway
    private let arms: [Sway]
    private let turn: (angle: Float, start: Float, length: Float)
    /// How far the person sits down, 0...1, from when, for how long.
    private let sitting: (depth: Float, start: Float, length: Float)
    private let knees: Float
    private let stance: SIMD2<Float>

    /// A person drawn at random.
    init(using generator: inout SeededGenerator) {
        trunk = (0..<3).map { _ in Sway(0.03, rates: 0.1...0.5, using: &generator) }
        shift = Sway(
            generator.uniform(0...1) < 0.4 ? 0.04 : 0.008, rates: 0.1...0.6, using: &generator)
        let gestures = generator.uniform(0...1) < 0.35
        arms = (0..<8).map { _ in
            let isActive = gestures && generator.uniform(0...1) < 0.6
            return Sway(isActive ? 0.5 : 0.03, rates: 0.2...1.2, using: &generator)
        }
        let turns = generator.uniform(0...1) < 0.3
        turn = (
            turns ? generator.uniform(-2.6...2.6) : 0, generator.uniform(-0.5...1.5),
            generator.uniform(0.8...2.5)
        )
        let sits = generator.uniform(0...1) < 0.2
        sitting = (
            sits ? generator.uniform(0.5...1) : 0, generator.uniform(-1.5...1.5),
            generator.uniform(0.8...2)
        )
        knees = generator.uniform(0.02...0.12)
        // How far the feet are apart to the sides and ahead of each other, radians of the legs.
        stance = SIMD2(generator.uniform(-0.03...0.12), 0.06 * generator.normal())
    }

    /// A rise from 0 to 1 without a jolt.
    private static func ramp(_ seconds: Float, start: Float, length: Float) -> Float {
        let share = min(max((seconds - start) / length, 0), 1)
        return share * share * (3 - 2 * share)
    }

    /// The gait of the walker's body standing where the walk begins.
    func apply(to gait: Gait, frames: Int) -> Gait {
        var vectors = BoneVectors(gait)
        var means = vectors.means()
        for joint in Joint.allCases where joint != .root {
            means[joint.rawValue] =
                (means[joint.rawValue].normalized ?? SIMD3(0, -1, 0)) * vectors.length(joint)
        }
        let heading = vectors.headings[0]
        vectors.frames = []
        vectors.headings = []
        vectors.heights = []
        for frame in 0..<frames {
            let time = Float(frame) / Gait.frameRate
            let down = sitting.depth * Self.ramp(time, start: sitting.start, length: sitting.length)
            var own = means
            own[0] = .zero
            moveTrunk(&own, time, down)
            moveArms(&own, time)
            let feet = moveLegs(&own, time, down)
            // The feet stay, and the root moves over them.
            own[0] = SIMD3(-feet.x, 0, -feet.z)
            let height = Gait.ankleHeight - feet.y
            vectors.frames.append(own)
            vectors.headings.append(
                heading + turn.angle * Self.ramp(time, start: turn.start, length: turn.length))
            vectors.heights.append(max(height, 0.2))
        }
        return vectors.gait()
    }

    private func moveTrunk(_ own: inout InlineArray<16, SIMD3<Float>>, _ time: Float, _ down: Float) {
        // Who sits down leans forward on the way.
        let lean = trunk[0].value(time) - 1.6 * down * (1 - down) - 0.1 * down
        let side = trunk[1].value(time)
        for joint in [Joint.spine, .neck, .head, .leftShoulder, .rightShoulder] {
            own[joint.rawValue] = own[joint.rawValue].pitched(lean).rolled(side)
        }
        own[Joint.head.rawValue] = own[Joint.head.rawValue].pitched(trunk[2].value(time))
    }

    private func moveArms(_ own: inout InlineArray<16, SIMD3<Float>>, _ time: Float) {
        for (index, joint) in [Joint.leftElbow, .leftHand, .rightElbow, .rightHand].enumerated() {
            let forward = arms[2 * index].value(time)
            // Gestures are made in front of the body.
            own[joint.rawValue] = own[joint.rawValue].pitched(abs(forward)).rolled(
                arms[2 * index + 1].value(time))
        }
    }

    /// - Returns: the middle of the feet from the root, meters in the person's own axes.
    private func moveLegs(
        _ own: inout InlineArray<16, SIMD3<Float>>, _ time: Float, _ down: Float
    ) -> SIMD3<Float> {
        var feet = SIMD3<Float>.zero
        for (hip, knee, foot, side) in [
            (Joint.leftHip, Joint.leftKnee, Joint.leftFoot, Float(-1)),
            (.rightHip, .rightKnee, .rightFoot, 1),
        ] {
            let across = side * stance.x - shift.value(time)
            let ahead = side * stance.y
            let thigh = SIMD3(0, -own[knee.rawValue].length, 0)
            let shank = SIMD3(0, -own[foot.rawValue].length, 0)
            own[knee.rawValue] = thigh.pitched(ahead + knees + 1.45 * down).rolled(across)
            own[foot.rawValue] = shank.pitched(ahead - knees - 0.15 * down).rolled(across)
            feet += (own[hip.rawValue] + own[knee.rawValue] + own[foot.rawValue]) / 2
        }
        return feet
    }
}
