import Foundation
import GaitModels

/// The figures of one experiment with one seed, as a line of the results' file.
struct ExperimentResult: Codable, Equatable {
    /// One source of ``SourceRobustness``.
    struct Source: Codable, Equatable {
        let name: String
        let sameLabel: Double
        let balancedAccuracy: Double
    }

    let dataset: String
    let arguments: [String]
    let seed: UInt64
    /// What was trained and judged on: a result of other data does not count.
    let dataHash: String
    let balancedAccuracy: Double
    let recall: [String: Double]
    let calibrationError: Double
    let coverage: Double
    let coveredAccuracy: Double?
    let sources: [Source]
    let seconds: Double

    /// What was asked: a result is kept for as long as the question is the same.
    struct Key: Hashable {
        let dataset: String
        let arguments: [String]
        let seed: UInt64
        let dataHash: String
    }

    var key: Key { Key(dataset: dataset, arguments: arguments, seed: seed, dataHash: dataHash) }
}

extension ExperimentResult {
    init(_ report: FoldedReport, key: Key) {
        (dataset, arguments, seed, dataHash) = (key.dataset, key.arguments, key.seed, key.dataHash)
        balancedAccuracy = report.pooled.balancedAccuracy
        recall = report.pooled.recall.compactMapValues { $0 }
        calibrationError = report.pooled.calibrationError
        coverage = report.calibration.abstention.coverage
        coveredAccuracy = report.calibration.abstention.coveredAccuracy
        sources = report.robustness.map {
            Source(name: $0.name, sameLabel: $0.sameLabel, balancedAccuracy: $0.balancedAccuracy)
        }
        seconds = report.seconds
    }
}
