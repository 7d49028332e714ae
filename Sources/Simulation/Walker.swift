import Foundation
package import Gait

/// A person who walks endlessly: a kinematic model of normal gait in the style of an emotion.
///
/// Legs follow the joint-angle curves of normal gait, the root moves so that the standing foot does not
/// slide, arms swing against the legs, and posture and movement take the emotion's style. A walker is a pure
/// function of time: the same emotion, seed and options give the same walk on every machine.
package struct Walker: Sendable {
    /// Settings that do not depend on the emotion.
    package struct Options: Sendable, Equatable {
        /// The start of the walk, meters; y is the ground.
        package var start: SIMD3<Float>
        /// The radius of the circular path, meters; at least 1.
        package var radius: Float
        /// Whether the person stands instead of walking.
        package var isStanding: Bool
        /// How strongly the emotion shows: 0 for not at all, 1 for the style itself; 0...1.5.
        package var intensity: Float
        /// The initial direction, radians from +z toward +x; nil for the person's own.
        package var heading: Float?
        /// Whether the ground moves instead of the person, who then stays at the start and keeps the initial direction.
        package var isOnTreadmill: Bool

        package init(
            start: SIMD3<Float> = .zero, radius: Float = 10, isStanding: Bool = false, intensity: Float = 1,
            heading: Float? = nil, isOnTreadmill: Bool = false
        ) {
            (self.start, self.radius, self.heading) = (start, radius, heading)
            (self.isStanding, self.intensity, self.isOnTreadmill) = (isStanding, intensity, isOnTreadmill)
        }
    }

    /// The emotion that determines the walk's style.
    package let emotion: Emotion

    private let body: Anthropometry
    private let style: WalkingStyle
    private let legs: LegKinematics
    private let root: RootMotion
    private let path: WalkingPath
    private let startPhase: Double
    private let armAsymmetry: Double
    private let isOnTreadmill: Bool

    /// The person of a seed, walking in the style of an emotion.
    package init(emotion: Emotion, seed: UInt64, options: Options = Options()) {
        self.emotion = emotion
        let person = PersonalVariation(seed: seed)
        body = Anthropometry(height: person.height)
        style = person.applied(
            to: options.isStanding
                ? .standing
                : WalkingStyle(emotion).shown(intensity: Double(min(max(options.intensity, 0), 1.5))))
        legs = LegKinematics(body: body, style: style, asymmetry: person.legAsymmetry)
        root = RootMotion(of: legs)
        let radius = Double(max(options.radius, 1))
        path = WalkingPath(
            start: SIMD3<Double>(options.start), heading: options.heading.map(Double.init) ?? person.heading,
            radius: person.turnsLeft ? radius : -radius)
        startPhase = person.phase
        armAsymmetry = person.armAsymmetry
        isOnTreadmill = options.isOnTreadmill
    }

    /// The mean speed of the walk, meters per second.
    package var speed: Double { root.strideLength * style.cadence }
    /// The length of a stride, two steps, meters.
    package var strideLength: Double { root.strideLength }
    /// Strides per second.
    package var cadence: Double { style.cadence }

    /// The body at a time in seconds since the walk began: all joints, meters, y up, in the world.
    package func pose(at time: Double) -> Pose {
        let phase = startPhase + style.cadence * time
        let belt = isOnTreadmill ? speed * time : 0
        let origin = SIMD3(
            legs.sway(at: phase), root.height(at: phase),
            root.way(at: phase) - root.way(at: startPhase) - belt)
        var pose = Pose()
        func set(_ joint: Joint, _ position: SIMD3<Double>) {
            pose[joint] = SIMD3<Float>(path.place(origin + position))
        }
        set(.root, .zero)
        let trunk = trunkPositions(at: phase)
        set(.spine, trunk.spine)
        set(.neck, trunk.neck)
        set(.head, trunk.head)
        for side in [Side.left, .right] {
            let leg = legs.leg(side, at: phase)
            set(side.joint(.leftHip), leg.hip)
            set(side.joint(.leftKnee), leg.knee)
            set(side.joint(.leftFoot), leg.ankle)
            let arm = armPositions(side, neck: trunk.neck, at: phase)
            set(side.joint(.leftShoulder), arm.shoulder)
            set(side.joint(.leftElbow), arm.elbow)
            set(side.joint(.leftHand), arm.hand)
        }
        return pose
    }

    /// The walk from its beginning as a gait.
    ///
    /// - Parameters:
    ///   - frames: at least 1.
    ///   - rate: frames per second; a gait's own is 30.
    package func gait(frames: Int, rate: Double = Double(Gait.frameRate)) -> Gait {
        var coordinates: [Float] = []
        coordinates.reserveCapacity(max(frames, 1) * Gait.valuesPerFrame)
        for frame in 0..<max(frames, 1) {
            let pose = pose(at: Double(frame) / rate)
            for joint in Joint.allCases {
                let position = pose[joint]
                coordinates += [position.x, position.y, position.z]
            }
        }
        return Gait(validated: coordinates)
    }

    private func trunkPositions(
        at phase: Double
    ) -> (spine: SIMD3<Double>, neck: SIMD3<Double>, head: SIMD3<Double>) {
        let lean = style.trunkSway * cos(2 * .pi * (phase - 0.30))
        // The trunk tips forward a little as each foot takes the weight.
        let forward = style.trunkLean + style.trunkNod * cos(4 * .pi * (phase - 0.1))
        let spine = body.lowerSpine * standing(forward: forward, left: lean)
        let neck = spine + body.upperSpine * standing(forward: forward + style.slump, left: lean)
        let head = neck + body.neckToHead * standing(forward: style.headInclination, left: lean / 2)
        return (spine, neck, head)
    }

    private func armPositions(
        _ side: Side, neck: SIMD3<Double>, at phase: Double
    ) -> (shoulder: SIMD3<Double>, elbow: SIMD3<Double>, hand: SIMD3<Double>) {
        // An arm is forward when the other side's foot strikes.
        let forwardness = -cos(2 * .pi * (phase + side.phaseShift))
        let amplitude = style.armSwing * (1 + side.sign * armAsymmetry / 2)
        let upperAngle = style.armForward + amplitude * forwardness
        let flexion = style.elbowFlexion + style.elbowSwing * (0.5 + 0.5 * forwardness)
        let outward = side.sign * style.armAbduction
        let turn = -style.shoulderTurn * cos(2 * .pi * phase)
        let level = SIMD3(
            side.sign * body.shoulderWidth / 2, -body.shoulderDrop, style.shoulderProtraction)
        let shoulder = neck + level.turned(leftForward: turn)
        let elbow = shoulder + body.upperArm * hanging(forward: upperAngle, left: outward)
        let hand = elbow + body.forearm * hanging(forward: upperAngle + flexion, left: outward / 2)
        return (shoulder, elbow, hand)
    }
}

/// A walker's path: a large circle, with body and footsteps laid out along its arc.
///
/// Models are trained on mostly straight walks. On a circle of 10 m a walk of 1.2 m/s turns by 17° in a window of 2.5 s,
/// less than people drift in a corridor with corners, and the walker never leaves the scene.
struct WalkingPath: Sendable {
    /// The root's projection onto the ground at distance 0.
    private let start: SIMD3<Double>
    private let forward: SIMD3<Double>
    private let left: SIMD3<Double>
    /// Positive if the walk turns left.
    private let radius: Double

    /// A circle through `start`.
    ///
    /// - Parameters:
    ///   - heading: the initial direction, radians from +z toward +x.
    ///   - radius: meters, positive if the walk turns left, not 0.
    init(start: SIMD3<Double>, heading: Double, radius: Double) {
        self.start = start
        self.radius = radius
        forward = SIMD3(sin(heading), 0, cos(heading))
        left = SIMD3(cos(heading), 0, -sin(heading))
    }

    /// Maps a point of the straight walk (x left, y up, z ahead) onto the circle. Points at rest stay at rest.
    func place(_ point: SIMD3<Double>) -> SIMD3<Double> {
        let angle = point.z / radius
        let along = (radius - point.x) * sin(angle)
        let across = radius - (radius - point.x) * cos(angle)
        return start + along * forward + across * left + SIMD3(0, point.y, 0)
    }
}
