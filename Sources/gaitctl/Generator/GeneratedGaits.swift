import Gait
import GaitModels

/// Synthetic gaits of one class that passed the quality filter, and what became of the others.
struct GeneratedGaits {
    /// Those that passed, as many as were wanted unless the candidates ran out.
    private(set) var gaits: [Gait] = []
    /// How many were made.
    private(set) var candidates = 0
    /// How many failed, by reason; one gait may fail for several.
    private(set) var rejected: [String: Int] = [:]

    /// Makes gaits until enough have passed.
    ///
    /// - Parameter mostCandidates: when to give up.
    /// - Throws: `GaitError` where the network gives coordinates that are no gait's, `CommandFailure.interrupted`
    ///   after Ctrl-C.
    init(
        _ wanted: Int, of generator: GaitGenerator, label: Int, from source: GaitGenerator.Source,
        mostCandidates: Int, using random: inout SeededGenerator
    ) throws {
        while gaits.count < wanted, candidates < mostCandidates {
            try Interruption.check()
            let size = min(wanted - gaits.count, mostCandidates - candidates)
            for gait in try generator.make(size, label: label, from: source, using: &random) {
                candidates += 1
                let failures = GaitQuality(gait).failures
                for failure in failures { rejected[failure.rawValue, default: 0] += 1 }
                if failures.isEmpty { gaits.append(gait) }
            }
        }
    }
}
