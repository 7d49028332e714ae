import Foundation

/// What is remembered of a person from when nobody else was near: what tells them from whom they meet.
struct Reidentification: Equatable {
    /// How much of the newest clothes is taken over in a frame.
    private static let appearanceShare: Float = 0.1
    /// What a wholly different appearance costs, in shares of the person's region.
    private static let appearanceWeight: Float = 1.5
    /// What a size e times as large costs, in shares of the person's region.
    private static let sizeWeight: Float = 0.5

    private(set) var motion: ImageMotion
    private(set) var appearance: Appearance?

    /// Takes in a sighting of the person alone.
    mutating func renew(motion: ImageMotion, appearance seen: Appearance?) {
        self.motion = motion
        guard let seen else { return }
        if appearance == nil {
            appearance = seen
        } else {
            appearance?.approach(seen, by: Self.appearanceShare)
        }
    }

    /// How unlike the person a body is: its distance from where the person is expected, in shares of the person's
    /// region, with what size and clothes add.
    func difference(from region: PoseRegion, _ seen: Appearance?, at time: Double) -> Float {
        distance(from: region, at: time) + Self.sizeWeight * sizeDifference(from: region)
            + Self.appearanceWeight * (appearanceDifference(from: seen) ?? 0)
    }

    /// Whether a body can be the person who was lost: not further than 0.4 of the region and 0.35 more each second,
    /// neither 1.8 times as large nor as small, and not dressed wholly otherwise.
    func canBe(_ region: PoseRegion, _ seen: Appearance?, at time: Double) -> Bool {
        distance(from: region, at: time) <= 0.4 + 0.35 * motion.elapsed(at: time)
            && sizeDifference(from: region) <= 0.6
            && (appearanceDifference(from: seen) ?? 0) <= 0.6
    }

    private func distance(from region: PoseRegion, at time: Double) -> Float {
        let offset = region.centre - motion.expected(at: time)
        return (offset * offset).sum().squareRoot() / max(motion.size, 1)
    }

    private func sizeDifference(from region: PoseRegion) -> Float {
        abs(log(max(region.side, 1) / max(motion.size, 1)))
    }

    private func appearanceDifference(from seen: Appearance?) -> Float? {
        guard let seen, let appearance else { return nil }
        return appearance.difference(from: seen)
    }
}
