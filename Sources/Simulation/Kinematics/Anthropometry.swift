/// The lengths of a body's segments, meters, as shares of its height: Drillis and Contini, "Body Segment Parameters" (1966),
/// as reproduced in Winter, "Biomechanics and Motor Control of Human Movement" (2009), figure 4.1.
///
/// Widths are between joint centers, which lie within the table's body breadths.
struct Anthropometry: Sendable {
    let thigh: Double
    let shank: Double
    /// From the ankle down to the sole.
    let ankleHeight: Double
    /// From the ankle back to the heel, horizontally.
    let heelLength: Double
    /// From the ankle forward to the ball of the foot, horizontally.
    let ballLength: Double
    let hipWidth: Double
    /// The root above the midpoint of the hips.
    let rootRise: Double
    let lowerSpine: Double
    let upperSpine: Double
    /// From the neck to the joint at the base of the skull, which motion-capture rigs call the head.
    let neckToHead: Double
    let shoulderWidth: Double
    /// The shoulders below the neck.
    let shoulderDrop: Double
    let upperArm: Double
    let forearm: Double

    /// - Parameter height: meters.
    init(height: Double) {
        thigh = 0.245 * height
        shank = 0.246 * height
        ankleHeight = 0.039 * height
        heelLength = 0.035 * height
        ballLength = 0.09 * height
        hipWidth = 0.10 * height
        rootRise = 0.012 * height
        lowerSpine = 0.145 * height
        upperSpine = 0.155 * height
        neckToHead = 0.055 * height
        shoulderWidth = 0.19 * height
        shoulderDrop = 0.035 * height
        upperArm = 0.186 * height
        forearm = 0.146 * height
    }
}
