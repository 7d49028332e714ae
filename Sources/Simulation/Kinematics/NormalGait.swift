/// The leg's joint angles in normal walking over one cycle, from one heel strike to the next of the same
/// foot.
///
/// Read off, at every 5 % of the cycle, the mean curves for natural cadence in Winter, "The Biomechanics and
/// Motor Control of Human Gait" (1991), chapter 3, with the events of Perry and Burnfield, "Gait Analysis"
/// (2010), chapters 4-6: loading response to 12 %, toe-off at 62 %. Degrees, rounded; the walker needs their
/// form, not their decimals.
enum NormalGait {
    /// Flexion of the thigh forward from the vertical: 24 at heel strike, -13 at 50 %, 27 at 85 %.
    static let hip = CyclicCurve(
        samples: [
            24, 22.5, 20, 16, 11.5, 7, 2, -3, -7.5, -11, -13, -11, -4, 6, 15, 21.5, 25.5, 27, 26.5, 25,
        ], harmonics: 6)

    /// Flexion of the knee: 18.5 in the loading response, 6.5 at 40 %, 63 at 72 %.
    static let knee = CyclicCurve(
        samples: [
            4, 10, 16.5, 18.5, 17.5, 14.5, 11, 8, 6.5, 8, 13.5, 24, 39, 54, 62, 62, 52, 36, 19, 6,
        ], harmonics: 6)

    /// Dorsiflexion of the ankle: -5 after heel strike, 9.5 at 45 %, -19 at toe-off.
    static let ankle = CyclicCurve(
        samples: [
            -1, -5, -4, -0.5, 2.5, 4.5, 6, 7.5, 9, 9.5, 6, -5, -17, -17, -10, -5, -1.5, 0.5, 1, 0.5,
        ], harmonics: 6)

    /// The share of the cycle that a foot is on the ground.
    static let stance = 0.62
    /// Rotation of the pelvis about the vertical to either side, degrees (Perry and Burnfield, chapter 7).
    static let pelvicRotation = 5.0
    /// Rise of the pelvis on the standing side in loading, degrees (the same).
    static let pelvicObliquity = 4.0
}
