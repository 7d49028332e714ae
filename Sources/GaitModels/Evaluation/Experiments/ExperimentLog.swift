import Foundation

/// The metrics of one experiment with one seed, as a line of the results file.
package struct ExperimentResult: Codable, Equatable, Sendable {
    /// One source of ``SourceRobustness``.
    struct Source: Codable, Equatable, Sendable {
        let name: String
        let sameLabel: Double
        let balancedAccuracy: Double
    }

    let dataset: String
    let arguments: [String]
    let seed: UInt64
    /// The data for training and evaluation: results from other data do not count.
    let dataHash: String
    let balancedAccuracy: Double
    let recall: [String: Double]
    let calibrationError: Double
    let coverage: Double
    let coveredAccuracy: Double?
    let sources: [Source]
    let seconds: Double

    /// What was asked: a result is kept for as long as the question is the same.
    package struct Key: Hashable, Sendable {
        package let dataset: String
        package let arguments: [String]
        package let seed: UInt64
        let dataHash: String

        package init(dataset: String, arguments: [String], seed: UInt64, dataHash: String) {
            (self.dataset, self.arguments) = (dataset, arguments)
            (self.seed, self.dataHash) = (seed, dataHash)
        }
    }

    package var key: Key { Key(dataset: dataset, arguments: arguments, seed: seed, dataHash: dataHash) }
}

extension ExperimentResult {
    package init(_ report: FoldedReport, key: Key) {
        let (pooled, abstention) = (report.pooled, report.calibration.abstention)
        self.init(
            dataset: key.dataset, arguments: key.arguments, seed: key.seed, dataHash: key.dataHash,
            balancedAccuracy: pooled.balancedAccuracy, recall: pooled.recall.compactMapValues { $0 },
            calibrationError: pooled.calibrationError, coverage: abstention.coverage,
            coveredAccuracy: abstention.coveredAccuracy,
            sources: report.robustness.map {
                Source(name: $0.name, sameLabel: $0.sameLabel, balancedAccuracy: $0.balancedAccuracy)
            }, seconds: report.seconds)
    }
}

/// The results so far, one JSON object a line, in a file that is replaced whole: whatever ends the experiments, what
/// was measured is kept, and the next run goes on after it.
package struct ExperimentLog {
    private let path: String
    private var file = Data()
    package private(set) var results: [ExperimentResult.Key: ExperimentResult] = [:]

    /// Reads the existing results, passing over lines that are none; a missing file is created with the first result.
    ///
    /// - Throws: ``ModelError/training(_:)`` if the file cannot be read.
    package init(path: String) throws(ModelError) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .training("\(path) cannot be read")
        }
        file = data
        for line in data.split(separator: UInt8(ascii: "\n")) {
            guard let result = try? JSONDecoder().decode(ExperimentResult.self, from: line) else { continue }
            results[result.key] = result
        }
    }

    /// Keeps a result, in the file first.
    ///
    /// - Throws: ``ModelError/training(_:)`` if the file cannot be written.
    package mutating func add(_ result: ExperimentResult) throws(ModelError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            // A line that was cut off must not take the next one with it.
            if let last = file.last, last != UInt8(ascii: "\n") { file += Data("\n".utf8) }
            file += try encoder.encode(result) + Data("\n".utf8)
            try file.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .training("\(path) cannot be written: \(error.localizedDescription)")
        }
        results[result.key] = result
    }
}
