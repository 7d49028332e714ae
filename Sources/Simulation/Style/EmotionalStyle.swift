import Gait

extension WalkingStyle {
    /// How people walk when they feel, or act, an emotion, as the literature on gait reports it.
    ///
    /// The sources agree on directions and give few common numbers; the numbers are ours, within the ranges
    /// of recorded walks, and are not fitted to any data set.
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
