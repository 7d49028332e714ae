import ArgumentParser
import Datasets

/// `gaitctl dataset check`: whether a data set can be trained on, and is what it has to be.
struct DatasetCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is in a data set, and what is wrong with it.",
        discussion: """
            Counted are gaits, recordings and seconds of every label. Checked are whether the files belong together, \
            gaits that are no numbers, too short or there twice, labels of one gait, and, from the bodies themselves, \
            the unit, the up axis, the limbs' lengths, left and right (or a left-handed frame, which looks the same) \
            and the frame rate.

            Ends with 0 if nothing is wrong, and with 1 otherwise.

            Examples:
              gaitctl dataset check emotion4
              gaitctl dataset check emotion4 --json
            """)

    @Argument(help: ArgumentHelp("The data set's folder.", valueName: "folder"))
    var folder: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        try Interruption.check()
        let check = try DatasetCheck(try DatasetReader.survey(of: folder), folder: folder)
        try output.emit(check) { check.text }
        guard check.good else {
            throw CommandFailure.failure(
                "\(folder): wrong are \(check.findings.wrongSubjects.joined(separator: ", "))")
        }
    }
}
