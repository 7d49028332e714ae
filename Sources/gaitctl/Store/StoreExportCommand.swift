import ArgumentParser
import Datasets
import Storage

/// `gaitctl store export`: stored gaits as a data set.
struct StoreExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write stored gaits as a data set's folder.",
        discussion: """
            The folder is of the E-Gait form, which 'gaitctl train' and others' programs read. The manifest has the \
            subject as actor and what else is stored as columns of its own.

            Example:
              gaitctl store export --store gaits.sqlite --out labelled --split train
            """)

    @OptionGroup var store: StoreOptions
    @Option(help: ArgumentHelp("The folder to write, new or empty.", valueName: "folder"))
    var out: String
    @OptionGroup(title: "Which gaits") var gaits: GaitSelectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try GaitDataset.checkVacant(out)
        let stored = try store.open().gaits(matching: gaits.selection)
        guard !stored.isEmpty else { throw CommandFailure.failure("\(store.path) has no such gait") }
        let dataset = StoredGaits.dataset(of: stored)
        try dataset.write(to: out)
        let report = Report(out: out, gaits: stored.count, labels: dataset.labelNames)
        try output.emit(report) {
            "wrote \(out): \(stored.count) gaits of \(report.labels.joined(separator: ", "))"
        }
    }

    private struct Report: Encodable {
        let out: String
        let gaits: Int
        let labels: [String]
    }
}
