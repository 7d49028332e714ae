import Foundation
import GaitModels

/// What `gaitctl evaluate generator` prints.
struct GeneratorReport: Encodable {
    let dataset: String
    let judge: GeneratorEvaluators.Figures
    /// The median distance of real gaits to the nearest of another recording of their class.
    let nearestReal: Double
    let generators: [Row]

    enum CodingKeys: String, CodingKey {
        case dataset, judge, generators
        case nearestReal = "real_nearest_neighbour_median"
    }

    /// The figures of one generator.
    struct Row: Encodable {
        let name: String
        let gaits: Int
        let labelConsistency: Double
        let labelConsistencyByClass: [String: Double]
        let frechetDistance: Double
        let diversity: Double
        let nearest: Double
        /// As a share of that of real gaits; null where those have none.
        let nearestRatio: Double?
        let passing: Double
        /// Null where there are only gaits, and no generator that could make the real ones again.
        let pushPullLoss: Double?

        enum CodingKeys: String, CodingKey {
            case name, gaits, diversity
            case labelConsistency = "label_consistency"
            case labelConsistencyByClass = "label_consistency_by_class"
            case frechetDistance = "fid"
            case nearest = "nearest_neighbour_median"
            case nearestRatio = "nearest_neighbour_ratio"
            case passing = "quality_pass_rate"
            case pushPullLoss = "push_pull_loss"
        }

        init(
            _ name: String, _ set: SyntheticSet, _ metrics: GeneratorMetrics, real: Double, labels: [String]
        ) {
            (self.name, gaits, passing) = (name, set.gaits.count, set.passing)
            pushPullLoss = set.pushPullLoss
            labelConsistency = metrics.consistency
            labelConsistencyByClass = Dictionary(
                uniqueKeysWithValues: zip(labels, metrics.consistencyByClass).compactMap { label, value in
                    value.map { (label, $0) }
                })
            (frechetDistance, diversity) = (metrics.frechetDistance, metrics.diversity)
            nearest = metrics.nearest
            nearestRatio = real > 0 ? metrics.nearest / real : nil
        }

        var text: String {
            func figure(_ value: Double) -> String { String(format: "%.3f", value) }
            let classes = labelConsistencyByClass.sorted { $0.key < $1.key }.map {
                "\($0.key) \(figure($0.value))"
            }
            return
                "\(name): label_consistency=\(figure(labelConsistency)) (\(classes.joined(separator: ", "))) "
                + "fid=\(figure(frechetDistance)) diversity=\(figure(diversity)) "
                + "nearest=\(figure(nearest)) (\(nearestRatio.map { figure($0) } ?? "-") of the real ones') "
                + "push_pull_loss=\(pushPullLoss.map { figure($0) } ?? "-") "
                + "walks=\(figure(passing)) gaits=\(gaits)"
        }
    }

    var text: String {
        let head =
            "judges: balanced_accuracy=\(String(format: "%.3f", judge.balancedAccuracy)) on held-out recordings, "
            + "\(judge.folds) folds; real gaits' nearest of another recording: \(String(format: "%.3f", nearestReal))"
        return ([head] + generators.map(\.text)).joined(separator: "\n")
    }
}
