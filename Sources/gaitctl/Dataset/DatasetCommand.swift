import ArgumentParser

/// `gaitctl dataset`: data sets in, out, and looked at.
struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "Check a data set of labelled gaits, take others' in, or hand ours on.",
        discussion: """
            Examples:
              gaitctl dataset check emotion4
              gaitctl dataset import egait --labels angry,neutral,happy,sad --out egait-all
              gaitctl dataset export emotion4 --label happy --label sad --out happy-and-sad
            """,
        subcommands: [DatasetCheckCommand.self, DatasetImportCommand.self, DatasetExportCommand.self])
}
