import Foundation
import GaitModels

/// The metrics of one experiment with one seed, as a line of the results file.
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

/// The results so far, one JSON object a line, in a file that only grows: whatever ends the experiments, what was
/// measured is kept, and the next run goes on after it.
struct ExperimentLog {
    private let path: String
    private(set) var results: [ExperimentResult.Key: ExperimentResult] = [:]
    /// Lines that are no result, such as the last one of a run that was killed while it wrote.
    private(set) var damagedLines = 0

    /// Reads the existing results; a missing file is created with the first result.
    ///
    /// - Throws: `CommandFailure.failure` if the file cannot be read.
    init(path: String) throws(CommandFailure) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .failure("\(path) cannot be read")
        }
        let decoder = JSONDecoder()
        for line in data.split(separator: UInt8(ascii: "\n")) {
            guard let result = try? decoder.decode(ExperimentResult.self, from: Data(line)) else {
                damagedLines += 1
                continue
            }
            results[result.key] = result
        }
    }

    /// Keeps a result, in the file first.
    ///
    /// - Throws: `CommandFailure.failure` if the file cannot be written.
    mutating func add(_ result: ExperimentResult) throws(CommandFailure) {
        let line = try OutputOptions.encoded(result, keys: .useDefaultKeys) + "\n"
        do {
            if !FileManager.default.fileExists(atPath: path) {
                try Data().write(to: URL(fileURLWithPath: path))
            }
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            defer { try? file.close() }
            // A line that was cut off must not take the next one with it.
            if try file.seekToEnd() > 0 {
                try file.seek(toOffset: file.offset() - 1)
                if try file.read(upToCount: 1) != Data("\n".utf8) {
                    try file.write(contentsOf: Data("\n".utf8))
                }
            }
            try file.write(contentsOf: Data(line.utf8))
        } catch {
            throw .failure("\(path) cannot be written: \(error.localizedDescription)")
        }
        results[result.key] = result
    }
}
