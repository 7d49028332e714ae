import Foundation
package import Gait

/// A person who does something else on their feet than walking. A pure function of time, activity and seed.
package struct StationaryPerson {
    package enum Activity: CaseIterable, Sendable {
        case standing, waving, shiftingWeight, jumping, squatting, sittingDown, dancing, marching, turning,
            lunging
    }

    package let activity: Activity
    private let size: Float
    private let tempo: Float
    private let amplitude: Float
    private let heading: Float
    private let phase: Float

    package init(_ activity: Activity, seed: UInt64) {
        self.activity = activity
        var generator = SeededGenerator(seed: seed)
        func between(_ low: Float, _ high: Float) -> Float {
            low + (high - low) * Float.random(in: 0..<1, using: &generator)
        }
        size = between(0.85, 1.15)
        tempo = between(0.6, 1.6)
        amplitude = between(0.6, 1.4)
        heading = between(0, 2 * .pi)
        phase = between(0, 2 * .pi)
    }

    /// The body at a time in seconds: meters, y up, in the world.
    package func pose(at time: Float) -> Pose {
        let turn = 2 * .pi * tempo * time + phase
        var body = Figure()
        let wave = sin(turn)
        body.sway = 0.015 * sin(turn / 3)
        switch activity {
        case .standing: break
        case .waving: body.rightHand = SIMD3(-0.35 + 0.2 * wave, 1.8, 0.1)
        case .shiftingWeight:
            body.sway = 0.09 * amplitude * wave
            body.leftFoot.y += 0.02 * max(-wave, 0)
            body.rightFoot.y += 0.02 * max(wave, 0)
        case .jumping:
            // Crouch, then up with both feet.
            body.drop = 0.2 * amplitude * max(-wave, 0) - 0.25 * amplitude * max(wave, 0)
            let air = max(-body.drop - 0.03, 0)
            body.leftFoot.y += air
            body.rightFoot.y += air
        case .squatting: body.drop = 0.15 * amplitude * (1 - wave)
        case .sittingDown:
            let share = (1 - cos(turn / 4)) / 2
            (body.drop, body.back) = (0.4 * share, 0.35 * share)
        case .dancing:
            body.sway = 0.08 * amplitude * wave
            body.drop = 0.03 * (1 + cos(2 * turn))
            body.leftFoot += SIMD3(0, 0.06 * max(wave, 0), 0.15 * amplitude * max(wave, 0))
            body.rightFoot += SIMD3(0, 0.06 * max(-wave, 0), 0.15 * amplitude * max(-wave, 0))
            body.leftHand += SIMD3(0.1, 0.4 + 0.2 * wave, 0.2)
            body.rightHand += SIMD3(-0.1, 0.4 - 0.2 * wave, 0.2)
        case .marching:
            body.leftFoot += SIMD3(0, 0.3 * amplitude * max(wave, 0), 0.12 * max(wave, 0))
            body.rightFoot += SIMD3(0, 0.3 * amplitude * max(-wave, 0), 0.12 * max(-wave, 0))
        case .turning:
            body.leftFoot.y += 0.05 * max(wave, 0)
            body.rightFoot.y += 0.05 * max(-wave, 0)
        case .lunging:
            body.leftFoot += SIMD3(0, 0.05 * abs(cos(turn)), 0.5 * amplitude * max(wave, 0))
            body.rightFoot += SIMD3(0, 0.05 * abs(cos(turn)), 0.5 * amplitude * max(-wave, 0))
            body.drop = 0.2 * abs(wave)
            body.back = -0.2 * abs(wave)
        }
        let angle = heading + (activity == .turning ? 2 * amplitude * time : 0)
        return body.pose.mapped { joint in
            let scaled = joint * size
            return SIMD3(
                cos(angle) * scaled.x + sin(angle) * scaled.z, scaled.y,
                cos(angle) * scaled.z - sin(angle) * scaled.x)
        }
    }

    /// The activity from its beginning as a gait.
    package func gait(frames: Int) -> Gait {
        Gait(
            validated: (0..<frames).flatMap { frame -> [Float] in
                let pose = pose(at: Float(frame) / Gait.frameRate)
                return Joint.allCases.flatMap { [pose[$0].x, pose[$0].y, pose[$0].z] }
            })
    }
}

/// A body that stands facing +z, left at +x, given by root, feet and hands; knees and elbows follow.
private struct Figure {
    /// The root's place to the left, down and back, meters.
    var sway: Float = 0
    var drop: Float = 0
    var back: Float = 0
    var leftFoot = SIMD3<Float>(0.1, 0.08, 0)
    var rightFoot = SIMD3<Float>(-0.1, 0.08, 0)
    var leftHand = SIMD3<Float>(0.25, 0.85, 0.05)
    var rightHand = SIMD3<Float>(-0.25, 0.85, 0.05)

    var pose: Pose {
        let root = SIMD3<Float>(sway, 0.9 - drop, -back)
        var pose = Pose()
        pose[.root] = root
        pose[.spine] = root + SIMD3(0, 0.25, 0.02)
        pose[.neck] = root + SIMD3(0, 0.5, 0.04)
        pose[.head] = root + SIMD3(0, 0.65, 0.06)
        let arms = [
            (Joint.leftShoulder, Joint.leftElbow, Joint.leftHand, Float(0.19), leftHand),
            (.rightShoulder, .rightElbow, .rightHand, -0.19, rightHand),
        ]
        for (shoulder, elbow, hand, side, target) in arms {
            let from = root + SIMD3(side, 0.46, 0.03)
            let to = target + root - SIMD3(0, 0.9, 0)
            (pose[shoulder], pose[elbow], pose[hand]) = Self.limb(from, to, 0.3, bend: SIMD3(0, 0, -1))
        }
        let legs = [
            (Joint.leftHip, Joint.leftKnee, Joint.leftFoot, Float(0.1), leftFoot),
            (.rightHip, .rightKnee, .rightFoot, -0.1, rightFoot),
        ]
        for (hip, knee, foot, side, target) in legs {
            let from = root + SIMD3(side, -0.02, 0)
            (pose[hip], pose[knee], pose[foot]) = Self.limb(from, target, 0.42, bend: SIMD3(0, 0, 1))
        }
        return pose
    }

    /// A limb of two equal bones from a place toward another, its middle joint bent to one side.
    private static func limb(
        _ from: SIMD3<Float>, _ target: SIMD3<Float>, _ bone: Float, bend: SIMD3<Float>
    ) -> (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) {
        let line = target - from
        let length = min((line * line).sum().squareRoot(), 1.98 * bone)
        let along = line.normalized ?? SIMD3(0, -1, 0)
        let across = (bend - along * (bend * along).sum()).normalized ?? .zero
        let height = (bone * bone - length * length / 4).squareRoot()
        return (from, from + along * (length / 2) + across * height, from + along * length)
    }
}
