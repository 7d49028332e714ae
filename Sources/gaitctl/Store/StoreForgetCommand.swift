import ArgumentParser
import Storage

/// `gaitctl store forget`: gaits out of the store, to the last byte.
struct StoreForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Delete gaits so that nothing of them is left in the store's files.",
        discussion: """
            With --registry the versions that were trained on them, or began from such a version, are named and marked \
            stale: nothing is trained further from them. They go on serving until a better one is trained.

            Examples:
              gaitctl store forget --store gaits.sqlite --subject anna --registry models
              gaitctl store forget --store gaits.sqlite --gait 17 --gait 18
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup(title: "Which gaits") var gaits: GaitSelectionOptions
    @Option(help: ArgumentHelp("The model registry's folder.", valueName: "folder"))
    var registry: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !gaits.selection.isEmpty else {
            throw ValidationError("Say which gaits: --person, --subject, --robot, --gait …")
        }
    }

    func run() throws {
        let ids = try store.open().forget(gaits.selection)
        var stale: [Int] = []
        if let registry {
            // The packaged model has no part in this.
            stale = try ModelRegistry(directory: registry, packaged: "").markStale(gaits: ids)
        }
        let report = Report(deleted: ids, stale: stale)
        try output.emit(report) {
            "forgot \(ids.count) gaits"
                + (stale.isEmpty
                    ? "" : "; trained on them: version \(stale.map(String.init).joined(separator: ", "))")
        }
    }

    private struct Report: Encodable {
        let deleted: [Int64]
        let stale: [Int]
    }
}
