import Gait
import GaitModels

/// Synthetic gaits and the classes that they were made for.
struct SyntheticSet {
    var gaits: [(gait: Gait, label: Int)]
    /// How well their generator makes the real gaits again, see `GaitGenerator.pushPullLoss(of:)`; nil where there
    /// are only its gaits.
    var pushPullLoss: Double?

    /// The share that passes the quality filter.
    var passing: Double {
        Double(gaits.count { GaitQuality($0.gait).passes }) / Double(max(gaits.count, 1))
    }
}
