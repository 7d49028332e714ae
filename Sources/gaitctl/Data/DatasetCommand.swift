import ArgumentParser
import Datasets
import Gait

/// `gaitctl dataset`: checks, imports and exports data sets.
struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "Check, import or export data sets of labeled gaits.",
        discussion: """
            Examples:
              gaitctl dataset check emotion4
              gaitctl dataset import egait --labels angry,neutral,happy,sad --out egait-all
              gaitctl dataset export emotion4 --label happy --label sad --out happy-and-sad
            """,
        subcommands: [DatasetCheckCommand.self, DatasetImportCommand.self, DatasetExportCommand.self])
}

/// `gaitctl dataset check`: whether a data set is sound and a model can train on it.
struct DatasetCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "List the contents of a data set, and what is wrong with it.",
        discussion: """
            The command counts gaits, recordings and seconds of every label. It checks whether the files belong \
            together; it looks for unreadable, short and duplicate gaits and for labels with a single gait; and it \
            judges from the bodies the unit, the up axis, the limbs' lengths, left and right (or a left-handed frame, \
            which looks the same) and the frame rate.

            The exit code is 0 if nothing is wrong, and 1 otherwise.

            Examples:
              gaitctl dataset check emotion4
              gaitctl dataset check emotion4 --json
            """)

    @Argument(help: ArgumentHelp("The data set's folder.", valueName: "folder"))
    var folder: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        try Interruption.check()
        let check = try DatasetCheck(
            DatasetReader.survey(of: folder), folder: folder, checkpoint: Interruption.check)
        try output.emit(check) { check.text }
        guard check.good else {
            throw CommandFailure.failure(
                "\(folder): wrong are \(check.findings.wrongSubjects.joined(separator: ", "))")
        }
    }
}

extension DatasetCheck {
    /// Several lines: the amount of data for every label, the findings, and advice.
    fileprivate var text: String {
        let lines = ["\(folder): \(gaits) gaits", ""] + LabelCount.lines(labels)
        return (lines + [""] + findings.lines).joined(separator: "\n")
    }
}

extension DatasetCheck.LabelCount {
    /// A table of counts by label.
    static func lines(_ counts: [String: Self]) -> [String] {
        TextFormat.table(
            [["label", "gaits", "recordings", "seconds"]]
                + counts.sorted { $0.key < $1.key }.map { name, count in
                    let seconds = count.frames / Int(Gait.frameRate)
                    return [name, "\(count.gaits)", "\(count.recordings)", "\(seconds)"]
                })
    }
}
