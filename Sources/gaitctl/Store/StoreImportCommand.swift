import ArgumentParser
import Foundation
import Storage

/// `gaitctl store import`: a data set's gaits into a store.
struct StoreImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Store the gaits of a data set's folder.",
        discussion: """
            All of them are stored, or none. What 'gaitctl store export' wrote keeps all that it had but the numbers and \
            the splits, which the store decides anew; of another set the recording, or the column that --group names, is the subject. \
            With --synthetic the gaits are trained on and never judged by: so a new robot's store begins with gaits that \
            a generator made. A store that is not there is made.

            Examples:
              gaitctl store import --store gaits.sqlite labelled
              gaitctl generate --weights generator.safetensors --per-class 40 --out made
              gaitctl store import --store gaits.sqlite made --synthetic
            """)

    @OptionGroup var store: StoreOptions
    @Argument(help: ArgumentHelp("The data set's folder.", valueName: "folder"))
    var folder: String
    @Option(help: ArgumentHelp("The manifest's column that names the subjects.", valueName: "column"))
    var group = "source_file"
    @Option(help: "The robot's name, where the data set does not say it.")
    var robot = "import"
    @Flag(help: "A model made the gaits.")
    var synthetic = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        try Interruption.check()
        let dataset = try DatasetReader.dataset(in: folder)
        let new = try StoredGaits.new(
            from: dataset, group: group, robot: robot, isSynthetic: synthetic,
            now: Date().timeIntervalSince1970)
        try Interruption.check()
        let stored = try store.open(creating: true).add(new)
        let heldOut = stored.count { $0.split == .heldOut }
        let report = Report(gaits: stored.count, heldOut: heldOut)
        try output.emit(report) { "stored \(stored.count) gaits of \(folder), \(heldOut) of them held out" }
    }

    private struct Report: Encodable {
        let gaits: Int
        let heldOut: Int

        enum CodingKeys: String, CodingKey {
            case gaits
            case heldOut = "held_out"
        }
    }
}
