import ArgumentParser
import Datasets

/// `gaitctl dataset export`: writes selected gaits of a data set as another one.
struct DatasetExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write selected gaits of a data set under selected labels.",
        discussion: """
            The output is a data set for gaitctl that the programs of E-Gait's authors can read as well: features.h5 \
            and labels.h5 with the same keys. Those programs assume the labels' order angry,neutral,happy,sad; --order \
            sets it. With --suffix the files are features_NAME.h5 and labels_NAME.h5, which match those programs' \
            option ftype; gaitctl reads such files with dataset import only.

            A gait is selected if it has one of the labels of --label and, for each column of --where, one of its \
            values. Columns are those of manifest.csv.

            Examples:
              gaitctl dataset export emotion4 --out happy-and-sad --label happy --label sad
              gaitctl dataset export style15 --out forward --where forward_walk=1 --relabel old=elderly
              gaitctl dataset export emotion4 --out for-step --order angry,neutral,happy,sad --suffix ours
            """)

    @Argument(help: ArgumentHelp("The data set's folder.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("The folder to write, new or empty.", valueName: "folder"))
    var out: String

    @Option(help: ArgumentHelp("A label to keep. May be repeated.", valueName: "name"))
    var label: [String] = []

    @Option(help: ArgumentHelp("A recording to keep. May be repeated.", valueName: "name"))
    var sourceFile: [String] = []

    @Option(
        name: .customLong("where"), help: ArgumentHelp("Keep only matching gaits.", valueName: "column=value")
    )
    var conditions: [String] = []

    @Option(
        name: .customLong("except"), help: ArgumentHelp("Drop matching gaits.", valueName: "column=value"))
    var exceptions: [String] = []

    @Option(help: ArgumentHelp("Rename a label.", valueName: "old=new"))
    var relabel: [String] = []

    @Option(help: ArgumentHelp("The order of the labels.", valueName: "name,name,…"))
    var order: String?

    @Option(
        help: ArgumentHelp("The part of the files' names after features_ and labels_.", valueName: "name"))
    var suffix: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !folder.isEmpty, !out.isEmpty else {
            throw ValidationError("The folders' names must not be empty.")
        }
        guard suffix != "", suffix?.contains("/") != true else {
            throw ValidationError("--suffix must be part of a file's name.")
        }
        _ = try selection()
    }

    func run() throws {
        try Interruption.check()
        try GaitDataset.checkVacant(out)
        let whole = try DatasetReader.dataset(in: folder)
        let chosen = try selection()(whole, folder: folder)
        try Interruption.check()
        try chosen.write(to: out, suffix: suffix.map { "_" + $0.drop { $0 == "_" } } ?? "")
        let report = Report(
            out: out, gaits: chosen.gaits.count, leftOut: whole.gaits.count - chosen.gaits.count,
            order: chosen.labelNames, labels: DatasetCheck.LabelCount.of(chosen))
        try output.emit(report)
    }

    private func selection() throws -> DatasetSelection {
        var selection = DatasetSelection()
        selection.labels = label
        selection.conditions = try conditions.map { try Self.condition("where", $0) }
        selection.conditions += sourceFile.map { .init(column: "source_file", value: $0) }
        selection.exceptions = try exceptions.map { try Self.condition("except", $0) }
        for text in relabel {
            let names = try Self.condition("relabel", text)
            guard !names.value.contains(",") else {
                throw ValidationError("A label's name must not contain a comma.")
            }
            selection.renaming[names.column] = names.value
        }
        selection.order = order?.split(separator: ",").map(String.init) ?? []
        return selection
    }

    private static func condition(_ option: String, _ text: String) throws -> DatasetSelection.Condition {
        let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard sides.count == 2 else { throw ValidationError("--\(option) is NAME=VALUE, not \(text).") }
        return .init(column: sides[0], value: sides[1])
    }

    /// What the command prints.
    private struct Report: Encodable {
        let out: String
        let gaits: Int
        let leftOut: Int
        /// The labels in the order of their numbers.
        let order: [String]
        let labels: [String: DatasetCheck.LabelCount]
    }
}
