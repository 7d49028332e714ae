import Gait

/// A style of walking: the parameters in which it differs from normal gait.
struct WalkingStyle: Sendable, Equatable {
    /// Strides, of two steps each, per second.
    var cadence: Double
    /// The swing of the legs as a share of normal.
    var strideAmplitude: Double
    /// The flexion of the knees as a share of normal.
    var kneeAmplitude: Double
    /// The flexion of the ankles as a share of normal.
    var ankleAmplitude: Double
    /// The hips' additional flexion in double support, degrees (the knees' is twice that).
    var bounce: Double
    /// The legs' inward lean, degrees.
    var adduction: Double
    /// The pelvis's sway to either side, meters.
    var pelvisSway: Double
    /// The trunk's lean to either side, over the standing leg, degrees.
    var trunkSway: Double
    /// The trunk's nod to either side of its inclination, twice in a cycle, degrees.
    var trunkNod: Double
    /// The trunk's inclination forward, degrees.
    var trunkLean: Double
    /// The upper trunk's additional inclination over the lower, degrees.
    var slump: Double
    /// The inclination of neck and head forward from the vertical, degrees.
    var headInclination: Double
    /// The turn of the shoulders to either side, against the pelvis, degrees.
    var shoulderTurn: Double
    /// How far the shoulders are ahead of the neck, meters.
    var shoulderProtraction: Double
    /// The swing of the upper arms to either side of its middle, degrees.
    var armSwing: Double
    /// The middle of the swing, forward from the vertical, degrees.
    var armForward: Double
    /// The upper arms' outward lean, degrees.
    var armAbduction: Double
    /// The flexion of the elbows when the arm is back, degrees.
    var elbowFlexion: Double
    /// The elbows' additional flexion when the arm is forward, degrees.
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

    /// The style at an intensity: 0 is neutral, 1 the style itself, and more an exaggeration.
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

    /// Standing at ease: only the trunk sways, slowly.
    static let standing = WalkingStyle(
        cadence: 0.2, strideAmplitude: 0, kneeAmplitude: 0, ankleAmplitude: 0, bounce: 0, adduction: 0,
        pelvisSway: 0.008, trunkSway: 0.5, trunkNod: 0, trunkLean: 1, slump: 2, headInclination: 7,
        shoulderTurn: 0,
        shoulderProtraction: 0, armSwing: 0, armForward: 3, armAbduction: 8, elbowFlexion: 16, elbowSwing: 0)
}

extension WalkingStyle {
    /// How people walk when they feel, or act, an emotion, according to the literature on gait.
    ///
    /// The sources agree on directions but share few numbers. The numbers are our own, within the ranges of recorded walks.
    /// They were tuned by hand with a look at recordings and at an early model's results, see the target's page.
    init(_ emotion: Emotion) {
        self = .neutral
        switch emotion {
        case .neutral: break
        case .angry: becomeAngry()
        case .happy: becomeHappy()
        case .sad: becomeSad()
        }
    }

    /// Heavy-footed, with long strides (Montepare, Goldstein and Clausen 1987); long strides and more arm
    /// movement at the fastest cadence (Halovic and Kroos 2018); among the fastest (Gross, Crane and
    /// Fredrickson 2012; Barliya et al. 2013); strongly flexed elbows and larger movements of the limbs
    /// (Roether et al. 2009).
    private mutating func becomeAngry() {
        cadence *= 1.16
        strideAmplitude *= 1.1
        bounce = 6
        trunkNod = 1.8
        trunkLean = 8
        slump = 4
        headInclination = 16
        shoulderTurn = 9
        armSwing = 24
        armForward = -8
        armAbduction = 12
        elbowFlexion = 34
        elbowSwing = 26
    }

    /// A faster pace and a bouncing gait with more arm movement (Montepare, Goldstein and Clausen 1987;
    /// Halovic and Kroos 2018); fast, the trunk extended and the shoulders low (Gross, Crane and Fredrickson
    /// 2012); flexed elbows and larger movements of the limbs (Roether et al. 2009).
    private mutating func becomeHappy() {
        cadence *= 1.05
        strideAmplitude *= 1.12
        kneeAmplitude *= 1.05
        bounce = 15
        trunkNod = 1.8
        trunkLean = 0
        slump = 0
        headInclination = 2
        shoulderTurn = 11
        armSwing = 36
        armForward = 5
        elbowFlexion = 24
        elbowSwing = 34
    }

    /// Slow, with little arm swing and little vertical movement, more lateral sway of the upper body and a
    /// slumped posture (Michalak et al. 2009); slow and short strides (Halovic and Kroos 2018); the head
    /// inclined (Roether et al. 2009); neck and thorax flexed beyond what the speed explains (Gross, Crane
    /// and Fredrickson 2012).
    private mutating func becomeSad() {
        cadence *= 0.76
        strideAmplitude *= 0.68
        kneeAmplitude *= 0.92
        ankleAmplitude *= 0.8
        bounce = 0
        pelvisSway = 0.03
        trunkSway = 2.5
        trunkNod = 0.7
        trunkLean = 6
        slump = 10
        headInclination = 28
        shoulderTurn = 3
        shoulderProtraction = 0.02
        armSwing = 10
        armForward = -3
        armAbduction = 7
        elbowFlexion = 14
        elbowSwing = 8
    }
}

/// One person's individual traits, drawn from a seed.
struct PersonalVariation: Sendable {
    /// The body's height, meters: the mean and spread of adults, within 1.50...1.95.
    let height: Double
    /// The phase at which the walk begins, cycles.
    let phase: Double
    /// How much longer the left leg's swing is than the right's, as a share; a few percent in healthy gait.
    let legAsymmetry: Double
    /// The same for the arms, which differ more.
    let armAsymmetry: Double
    /// The initial direction of the walk, radians.
    let heading: Double
    /// Whether the path turns left.
    let turnsLeft: Bool
    private let cadence: Double
    private let stride: Double
    private let arms: Double
    private let elbows: Double
    private let trunk: Double
    private let head: Double

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        /// Limited to two standard deviations, so that no person becomes a caricature.
        func varied(_ deviation: Double) -> Double {
            deviation * Double(min(max(generator.normal(), -2), 2))
        }
        height = min(max(1.70 + varied(0.08), 1.50), 1.95)
        phase = Double(generator.uniform(0...1))
        legAsymmetry = varied(0.02)
        armAsymmetry = varied(0.08)
        heading = Double(generator.uniform(-.pi ... .pi))
        turnsLeft = generator.uniform(0...1) < 0.5
        // Tall people take longer and fewer strides: a pendulum's period grows with the root of its length.
        cadence = (1 + varied(0.03)) * (1.70 / height).squareRoot()
        stride = 1 + varied(0.04)
        arms = 1 + varied(0.10)
        elbows = varied(3)
        trunk = varied(1)
        head = varied(2)
    }

    /// This person's version of a style.
    func applied(to style: WalkingStyle) -> WalkingStyle {
        var style = style
        style.cadence *= cadence
        style.strideAmplitude *= stride
        style.armSwing *= arms
        style.elbowFlexion = max(style.elbowFlexion + elbows, 0)
        style.trunkLean += trunk
        style.headInclination += head
        return style
    }
}
