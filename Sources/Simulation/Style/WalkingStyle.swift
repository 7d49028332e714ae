/// How somebody walks: the parameters by which a style differs from normal gait.
struct WalkingStyle: Sendable, Equatable {
    /// Strides, of two steps each, per second.
    var cadence: Double
    /// The swing of the legs as a share of normal.
    var strideAmplitude: Double
    /// The flexion of the knees as a share of normal.
    var kneeAmplitude: Double
    /// The flexion of the ankles as a share of normal.
    var ankleAmplitude: Double
    /// How much hips bend more in double support than in single support, degrees (the knees twice that).
    var bounce: Double
    /// The legs' lean to the middle, degrees.
    var adduction: Double
    /// The pelvis's sway to either side, metres.
    var pelvisSway: Double
    /// The trunk's lean to either side, over the standing leg, degrees.
    var trunkSway: Double
    /// The trunk's nod to either side of its inclination, twice in a cycle, degrees.
    var trunkNod: Double
    /// The trunk's inclination forward, degrees.
    var trunkLean: Double
    /// What the upper trunk is inclined more than the lower, degrees.
    var slump: Double
    /// The inclination of neck and head forward from the vertical, degrees.
    var headInclination: Double
    /// The turn of the shoulders to either side, against the pelvis, degrees.
    var shoulderTurn: Double
    /// The shoulders before the neck, metres.
    var shoulderProtraction: Double
    /// The swing of the upper arms to either side of its middle, degrees.
    var armSwing: Double
    /// The middle of the swing, forward from the vertical, degrees.
    var armForward: Double
    /// The upper arms' lean outwards, degrees.
    var armAbduction: Double
    /// The flexion of the elbows when the arm is back, degrees.
    var elbowFlexion: Double
    /// What the elbows flex more when the arm is forward, degrees.
    var elbowSwing: Double
}

extension WalkingStyle {
    /// Every parameter.
    private static var parameters: [WritableKeyPath<WalkingStyle, Double>] {
        [
            \.cadence, \.strideAmplitude, \.kneeAmplitude, \.ankleAmplitude, \.bounce, \.adduction,
            \.pelvisSway, \.trunkSway, \.trunkNod, \.trunkLean, \.slump, \.headInclination, \.shoulderTurn,
            \.shoulderProtraction, \.armSwing, \.armForward, \.armAbduction, \.elbowFlexion, \.elbowSwing,
        ]
    }

    /// The style shown more or less: 0 is neutral, 1 the style itself, beyond it an exaggeration.
    func shown(intensity: Double) -> WalkingStyle {
        var style = WalkingStyle.neutral
        for parameter in Self.parameters {
            style[keyPath: parameter] += intensity * (self[keyPath: parameter] - style[keyPath: parameter])
        }
        return style
    }

    /// Normal gait: 110 steps a minute (Perry and Burnfield 2010, chapter 26: 113); the pelvis sways by 4 cm
    /// in all (Saunders, Inman and Eberhart 1953); the shoulder's arc is 32-40°, the elbow flexes from 15-20°
    /// to 40-50° (Murray 1967; Perry and Burnfield, chapter 8).
    static let neutral = WalkingStyle(
        cadence: 0.92, strideAmplitude: 1, kneeAmplitude: 1, ankleAmplitude: 1, bounce: 4, adduction: 1.5,
        pelvisSway: 0.02, trunkSway: 1, trunkNod: 1.2, trunkLean: 1, slump: 2, headInclination: 7,
        shoulderTurn: 7,
        shoulderProtraction: 0, armSwing: 20, armForward: 3, armAbduction: 10, elbowFlexion: 16,
        elbowSwing: 24)

    /// Standing at ease: nothing swings but a slow sway of the trunk.
    static let standing = WalkingStyle(
        cadence: 0.2, strideAmplitude: 0, kneeAmplitude: 0, ankleAmplitude: 0, bounce: 0, adduction: 0,
        pelvisSway: 0.008, trunkSway: 0.5, trunkNod: 0, trunkLean: 1, slump: 2, headInclination: 7,
        shoulderTurn: 0,
        shoulderProtraction: 0, armSwing: 0, armForward: 3, armAbduction: 8, elbowFlexion: 16, elbowSwing: 0)
}
