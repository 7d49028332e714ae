import Gait

/// What is killed during a retraining, and when.
struct KillMoment: CustomStringConvertible {
    enum Victim: CaseIterable {
        case trainer, daemon, both
    }

    enum Time {
        /// As a share of an undisturbed retraining, from when it was asked for.
        case share(Double)
        /// Seconds after the first change in the registry's folder.
        case afterWriting(Double)
    }

    let victim: Victim
    let time: Time

    /// The moments that a seed gives: half of them anywhere, half while the version is registered, promoted and
    /// reported, which is soon over.
    static func moments(_ count: Int, seed: UInt64) -> [KillMoment] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            let victim = Victim.allCases[index % Victim.allCases.count]
            let time: Time =
                random.uniform(0...1) < 0.5
                ? .share(Double(random.uniform(0...1.05))) : .afterWriting(Double(random.uniform(0...0.008)))
            return KillMoment(victim: victim, time: time)
        }
    }

    var description: String { "\(victim) at \(time)" }
}
