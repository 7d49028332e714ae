import ArgumentParser

/// `gaitctl dataset`: data sets in, out, and looked at.
struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "Check a data set of labelled gaits, take others' in, or hand ours on.",
        discussion: """
            Examples:
              gaitctl dataset check emotion4
            """,
        subcommands: [DatasetCheckCommand.self])
}
