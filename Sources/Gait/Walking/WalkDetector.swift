/// What a person's legs do.
package enum Locomotion: Sendable, Equatable {
    /// Steps with alternating legs and an upright trunk, forward or sideways, also on a treadmill.
    case walking
    /// The same, backward.
    case backward
    /// The knees bend backward, or hips and shoulders face opposite ways: left and right are exchanged, of the body or of
    /// its legs or arms, or the source's axes are left-handed.
    case mirrored
    /// Standing, jumping, sitting down, dancing on the spot, or anything else.
    case other
}

/// Distinguishes walking from standing, jumping, sitting and gesturing by the legs' motion.
///
/// Of 1,595 windows of recorded walks the limits pass over 7: five have less than two steps, two turn in place. With 2 cm
/// of noise on every coordinate it is 8, with 5 cm 32. They find no walk in a thousand simulated people who stand, wave,
/// jump, squat, sit down, dance, march, turn and lunge, also with 2 cm of noise.
package struct WalkDetector: Sendable, Equatable {
    /// The lowest leg swing that counts as walking unless another is given: recorded walks have at least 0.17.
    package static let defaultMinimumLegSwing: Float = 0.15
    /// The highest correlation of the feet. A man who shifts his weight from foot to foot reaches -0.7, but not forward.
    private static let largestCorrelation: Float = -0.15
    /// The lowest share of the swing that is forward: a sidestep has 0.6, shifting the weight 0.1.
    private static let leastForwardShare: Float = 0.5
    /// The most that the feet rise and fall together, leg lengths.
    private static let largestCommonRise: Float = 0.12
    /// The lowest speed, leg lengths a second: marching on the spot has none.
    private static let leastSpeed: Float = 0.14
    /// The lowest speed as a share of what the steps would give: alternating lunges on the spot have 0.2.
    private static let leastSpeedShare: Float = 0.35
    /// The speed backward, leg lengths a second, from which a walk is backward: noise of 5 cm makes forward walks in a
    /// tight bend look as slow as -0.06.
    private static let backwardSpeed: Float = 0.1
    /// The lowest cosine of the trunk's mean tilt, about 60 degrees from upright.
    private static let leastUprightness: Float = 0.5
    /// How much knees bend on average, leg lengths: recorded walks 0.08 to 0.23, lunges and squats more. Mirrored ones bend
    /// to the other side.
    private static let kneeFlexion: ClosedRange<Float> = 0.03...0.25
    private static let leastSteps = 2
    /// The fastest turning, radians a second: recorded walks have up to 2.1, with 5 cm of noise 2.6.
    private static let largestTurnRate: Float = 3.2
    /// The longest time in which every joint stands still, seconds: the source repeats what it saw before.
    private static let longestRepetition: Float = 0.5

    /// The lowest leg swing that counts as walking, as a share of the leg's length.
    package let minimumLegSwing: Float

    package init(minimumLegSwing: Float = WalkDetector.defaultMinimumLegSwing) {
        self.minimumLegSwing = minimumLegSwing
    }

    /// Whether the person of the gait walks forward or sideways.
    package func isWalking(_ gait: Gait) -> Bool { locomotion(of: gait) == .walking }

    /// Why a window is not read: the state, and the reason if there is more to say; nil if the person walks.
    package func unread(_ gait: Gait) -> (state: EmotionState, reason: UnreadReason?)? {
        let legs = LegMotion(gait)
        if legs.isUpsideDown { return (.insufficientData, .upsideDown) }
        switch locomotion(of: legs) {
        case .walking:
            if !gait.isPlausible { return (.insufficientData, .implausible) }
            return gait.longestRepetition > Self.longestRepetition ? (.insufficientData, .gaps) : nil
        case .mirrored: return (.insufficientData, .mirrored)
        case .backward: return (.notWalking, .backward)
        case .other: return (.notWalking, nil)
        }
    }

    package func locomotion(of gait: Gait) -> Locomotion { locomotion(of: LegMotion(gait)) }

    package func locomotion(of legs: LegMotion) -> Locomotion {
        guard legs.swing >= minimumLegSwing, legs.correlation <= Self.largestCorrelation,
            legs.forwardShare >= Self.leastForwardShare, legs.commonRise <= Self.largestCommonRise,
            legs.speed >= max(Self.leastSpeed, Self.leastSpeedShare * legs.stepSpeed),
            legs.steps >= Self.leastSteps, legs.turnRate <= Self.largestTurnRate,
            legs.trunkUprightness >= Self.leastUprightness
        else { return .other }
        // Of a mirrored body forward is backward: the knees are asked first.
        if legs.alignment < 0 { return .mirrored }
        if legs.kneeFlexion <= -Self.kneeFlexion.lowerBound { return .mirrored }
        guard Self.kneeFlexion.contains(legs.kneeFlexion) else { return .other }
        return legs.forwardSpeed <= -Self.backwardSpeed ? .backward : .walking
    }
}
