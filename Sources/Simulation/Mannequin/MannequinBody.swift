import Gait

/// The surface of a dressed person: tapered capsules around the 16 joints.
///
/// Thicknesses are a slim adult's of 1.75 m (breadths and depths of Pheasant, "Bodyspace" (1996), table 10.1: shoulders
/// 0.47 m, chest 0.24 m deep, hips 0.36 m, head 0.15 m wide and 0.19 m deep), clothes included, and grow with the length
/// of the legs.
struct MannequinBody {
    /// The most capsules of a body, to reserve room for them.
    static let parts = 48
    /// The height that the thicknesses are given for, meters.
    private static let height: Float = 1.75

    private let pose: Pose
    private let look: MannequinAppearance
    /// The body's height as a share of `height`.
    private let scale: Float
    /// The directions to the left and ahead, of the shoulders and of the hips.
    private let shoulders: (left: SIMD3<Float>, ahead: SIMD3<Float>)
    private let hips: (left: SIMD3<Float>, ahead: SIMD3<Float>)

    /// - Parameter pose: with all its joints.
    private init(_ pose: Pose, _ look: MannequinAppearance) {
        self.pose = pose
        self.look = look
        func length(_ from: Joint, _ to: Joint) -> Float { (pose[to] - pose[from]).length }
        let legs =
            length(.leftHip, .leftKnee) + length(.rightHip, .rightKnee) + length(.leftKnee, .leftFoot)
            + length(.rightKnee, .rightFoot)
        // Thigh and shank together are 0.491 of the height, as in `Anthropometry`.
        scale = legs / 2 / 0.491 / MannequinBody.height
        func frame(_ across: SIMD3<Float>) -> (left: SIMD3<Float>, ahead: SIMD3<Float>) {
            let left = across.unit(or: SIMD3(1, 0, 0))
            return (left, left.cross(SIMD3(0, 1, 0)).unit(or: SIMD3(0, 0, 1)))
        }
        shoulders = frame(pose[.leftShoulder] - pose[.rightShoulder])
        hips = frame(pose[.leftHip] - pose[.rightHip])
    }

    /// Appends a body's capsules, in the frame of the pose; none if a joint is missing.
    static func append(_ pose: Pose, _ look: MannequinAppearance, to capsules: inout [TaperedCapsule]) {
        guard pose.present == .all else { return }
        let body = MannequinBody(pose, look)
        body.appendTrunk(to: &capsules)
        body.appendHead(to: &capsules)
        for side in [Side.left, .right] {
            body.appendLeg(side, to: &capsules)
            body.appendArm(side, to: &capsules)
        }
    }

    /// A capsule from radii for the height of 1.75 m.
    private func capsule(
        _ start: SIMD3<Float>, _ startRadius: Float, _ end: SIMD3<Float>, _ endRadius: Float,
        _ color: SIMD3<Float>
    ) -> TaperedCapsule {
        TaperedCapsule(
            start: start, end: end, startRadius: scale * startRadius, endRadius: scale * endRadius,
            color: color)
    }

    private func appendTrunk(to capsules: inout [TaperedCapsule]) {
        let chest = (pose[.leftShoulder] + pose[.rightShoulder]) / 2 - SIMD3(0, 0.07 * scale, 0)
        let pelvis = (pose[.leftHip] + pose[.rightHip]) / 2
        let rise = (pose[.neck] - pose[.root]).unit(or: SIMD3(0, 1, 0))
        for side in [Float(1), -1] {
            let chestSide = chest + scale * (0.085 * side * shoulders.left + 0.015 * shoulders.ahead)
            let waist = pose[.spine] + scale * (0.05 * side * shoulders.left - 0.03 * rise)
            let belt = pelvis + scale * (0.06 * side * hips.left + 0.07 * rise)
            capsules.append(capsule(chestSide, 0.108, waist, 0.10, look.shirt))
            capsules.append(capsule(waist, 0.10, belt, 0.108, look.shirt))
            let seat = pelvis + scale * (0.075 * side * hips.left - 0.045 * hips.ahead - 0.02 * rise)
            capsules.append(capsule(belt - 0.07 * scale * rise, 0.11, seat, 0.09, look.trousers))
            let shoulder = pose[side > 0 ? .leftShoulder : .rightShoulder]
            capsules.append(capsule(pose[.neck] - 0.02 * scale * rise, 0.058, shoulder, 0.058, look.shirt))
        }
        capsules.append(
            capsule(
                chest + 0.02 * scale * shoulders.ahead, 0.105, pose[.spine] + 0.01 * scale * shoulders.ahead,
                0.095, look.shirt))
    }

    private func appendHead(to capsules: inout [TaperedCapsule]) {
        let neck = pose[.neck]
        let base = pose[.head]
        let up = (base - neck).unit(or: SIMD3(0, 1, 0))
        let left = shoulders.left
        let ahead = left.cross(up).unit(or: shoulders.ahead)
        let dark = SIMD3<Float>(34, 26, 24)
        let white = SIMD3<Float>(232, 230, 226)
        func place(_ leftward: Float, _ upward: Float, _ forward: Float) -> SIMD3<Float> {
            base + scale * (leftward * left + upward * up + forward * ahead)
        }
        func part(_ start: SIMD3<Float>, _ r: Float, _ end: SIMD3<Float>, _ s: Float, _ color: SIMD3<Float>) {
            capsules.append(capsule(start, r, end, s, color))
        }
        part(neck, 0.06, place(0, 0.02, 0), 0.054, look.skin)
        part(place(0, 0.085, 0.018), 0.08, place(0, 0.005, 0.048), 0.052, look.skin)
        part(place(0, 0.098, -0.012), 0.086, place(0, 0.05, -0.03), 0.076, look.hair)
        part(place(0, 0.06, 0.095), 0.009, place(0, 0.03, 0.108), 0.015, look.skin * 0.97)
        let lips = look.skin * SIMD3(0.78, 0.5, 0.5)
        part(place(0.02, -0.006, 0.092), 0.007, place(-0.02, -0.006, 0.092), 0.007, lips)
        for side in [Float(1), -1] {
            part(place(0.024 * side, 0.065, 0.083), 0.009, place(0.042 * side, 0.065, 0.077), 0.009, white)
            part(place(0.032 * side, 0.065, 0.086), 0.0085, place(0.034 * side, 0.065, 0.086), 0.0085, dark)
            part(
                place(0.02 * side, 0.088, 0.088), 0.006, place(0.046 * side, 0.09, 0.078), 0.005,
                look.hair * 0.9)
            part(
                place(0.079 * side, 0.07, 0.004), 0.018, place(0.075 * side, 0.04, 0.008), 0.012,
                look.skin * 0.95)
        }
    }

    private func appendArm(_ side: Side, to capsules: inout [TaperedCapsule]) {
        let shoulder = pose[side.joint(.leftShoulder)]
        let elbow = pose[side.joint(.leftElbow)]
        let wrist = pose[side.joint(.leftHand)]
        let sleeve = look.hasLongSleeves ? look.shirt : look.skin
        capsules.append(capsule(shoulder, 0.062, elbow, 0.044, look.shirt))
        capsules.append(capsule(elbow, 0.042, wrist, 0.031, sleeve))
        let along = (wrist - elbow).unit(or: SIMD3(0, -1, 0))
        let inwards = Float(-side.sign) * shoulders.left
        let palm = wrist + 0.07 * scale * along
        let tips = wrist + scale * (0.16 * along + 0.015 * inwards)
        capsules.append(capsule(wrist, 0.028, palm, 0.036, look.skin))
        capsules.append(capsule(palm, 0.034, tips, 0.014, look.skin))
        let thumb = wrist + scale * (0.09 * along + 0.045 * shoulders.ahead)
        capsules.append(capsule(wrist + 0.03 * scale * along, 0.018, thumb, 0.011, look.skin))
    }

    private func appendLeg(_ side: Side, to capsules: inout [TaperedCapsule]) {
        let hip = pose[side.joint(.leftHip)]
        let knee = pose[side.joint(.leftKnee)]
        let ankle = pose[side.joint(.leftFoot)]
        let shank = (knee - ankle).unit(or: SIMD3(0, 1, 0))
        capsules.append(capsule(hip, 0.088, knee, 0.06, look.trousers))
        capsules.append(capsule(knee, 0.058, ankle, 0.046, look.trousers))
        let calf = ankle + 0.66 * (knee - ankle) - 0.012 * scale * hips.ahead
        capsules.append(capsule(calf, 0.062, ankle + 0.2 * (knee - ankle), 0.05, look.trousers))
        // A foot that bears weight is flat; one in the air is perpendicular to the shank.
        let ankleHeight = 0.068 * scale
        let lift = min(max((ankle.y - ankleHeight) / (0.09 * scale), 0), 1)
        let free = hips.left.cross(shank).unit(or: hips.ahead)
        let toes = (hips.ahead + lift * (free - hips.ahead)).unit(or: hips.ahead)
        let down = hips.left.cross(toes)
        let sole = ankle + 0.034 * scale * down
        let heel = sole - 0.045 * scale * toes
        let ball = sole + scale * (0.12 * toes + 0.004 * down)
        capsules.append(capsule(ankle, 0.042, heel, 0.034, look.shoes))
        capsules.append(capsule(ankle + 0.02 * scale * toes, 0.042, ball, 0.032, look.shoes))
        capsules.append(capsule(heel, 0.034, ball, 0.034, look.shoes * 0.9))
        capsules.append(capsule(ball, 0.034, ball + 0.06 * scale * toes, 0.025, look.shoes))
    }
}

/// The colors of a person's skin, hair and clothes.
package struct MannequinAppearance: Sendable, Equatable {
    /// Red, green and blue, 0...255.
    typealias Color = SIMD3<Float>

    let skin: Color
    let hair: Color
    let shirt: Color
    let trousers: Color
    let shoes: Color
    /// Whether the sleeves reach the wrists instead of the elbows.
    let hasLongSleeves: Bool

    /// Common colors, drawn from a seed.
    package init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed ^ 0x6D61_6E6E)
        func pick(_ colors: [Color]) -> Color {
            let color = colors[Int(generator.next() % UInt64(colors.count))]
            let shade = generator.uniform(0.85...1.15)
            return (color * shade).clamped(lowerBound: .zero, upperBound: Color(repeating: 255))
        }
        skin = pick([
            Color(236, 194, 168), Color(222, 174, 142), Color(190, 140, 108), Color(141, 98, 72),
            Color(105, 72, 54),
        ])
        hair = pick([
            Color(38, 30, 26), Color(70, 48, 34), Color(112, 80, 50), Color(166, 132, 84),
            Color(128, 126, 124),
        ])
        shirt = pick([
            Color(176, 48, 44), Color(50, 92, 158), Color(226, 224, 216), Color(58, 116, 74),
            Color(206, 168, 64), Color(112, 70, 124), Color(60, 62, 68),
        ])
        trousers = pick([
            Color(44, 54, 84), Color(70, 96, 136), Color(52, 52, 54), Color(148, 128, 98),
            Color(92, 94, 96),
        ])
        shoes = pick([Color(40, 36, 34), Color(214, 212, 208), Color(96, 62, 40)])
        hasLongSleeves = generator.uniform(0...1) < 0.5
    }
}
