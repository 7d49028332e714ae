import ArgumentParser
import Foundation
import GaitModels
import NeuralNetwork
import Storage

/// `gaitctl model diff`: compares two versions of a registry.
struct ModelDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Print how two versions differ: gaits, metrics, labels and weights.",
        discussion: """
            Example:
              gaitctl model diff 2 3 --registry models
            """)

    @Argument(help: "The older version; 0 is the packaged model.")
    var one: Int
    @Argument(help: "The newer version.")
    var other: Int
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let registry = try registry.registry()
        let report = try Report(registry.model(one), registry.model(other))
        try output.emit(report) { report.text }
    }

    private struct Report: Encodable {
        let versions: [Int]
        /// Stored gaits that only the newer, and only the older one was trained on.
        let gaitsAdded: [Int64]
        let gaitsRemoved: [Int64]
        let labelsAdded: [String]
        let labelsRemoved: [String]
        /// Metrics of either version, by name: older, newer.
        let metrics: [String: [Double?]]
        /// See ``TrainedModel/change(from:)``.
        let weightChange: Double?

        init(_ one: RegisteredModel, _ other: RegisteredModel) throws {
            let older = try ModelFile(contentsOf: one.path).model
            let newer = try ModelFile(contentsOf: other.path).model
            versions = [one.version, other.version]
            let (before, after) = (Set(one.metadata?.gaits ?? []), Set(other.metadata?.gaits ?? []))
            gaitsAdded = after.subtracting(before).sorted()
            gaitsRemoved = before.subtracting(after).sorted()
            let (old, new) = (older.description.labels, newer.description.labels)
            labelsAdded = new.filter { !old.contains($0) }
            labelsRemoved = old.filter { !new.contains($0) }
            let (first, second) = (one.metadata?.metrics ?? [:], other.metadata?.metrics ?? [:])
            metrics = Dictionary(
                uniqueKeysWithValues: Set(first.keys).union(second.keys).map {
                    ($0, [first[$0], second[$0]])
                })
            weightChange = newer.change(from: older)
        }

        var text: String {
            func figure(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }
            var lines = [
                "version \(versions[0]) to version \(versions[1])",
                "gaits: \(gaitsAdded.count) added, \(gaitsRemoved.count) no longer trained on",
            ]
            if !labelsAdded.isEmpty { lines.append("labels added: \(labelsAdded.joined(separator: ", "))") }
            if !labelsRemoved.isEmpty {
                lines.append("labels removed: \(labelsRemoved.joined(separator: ", "))")
            }
            lines.append(
                weightChange.map { "weights changed by \(String(format: "%.2f", $0 * 100)) %" }
                    ?? "the networks differ")
            for (name, values) in metrics.sorted(by: { $0.key < $1.key }) {
                lines.append("\(name): \(figure(values[0])) -> \(figure(values[1]))")
            }
            return lines.joined(separator: "\n")
        }
    }
}
