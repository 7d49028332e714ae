import Gait

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
