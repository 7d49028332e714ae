import ArgumentParser
import Storage

/// The option that names a robot's store of gaits.
struct StoreOptions: ParsableArguments {
    @Option(name: .customLong("store"), help: ArgumentHelp("The store of labelled gaits.", valueName: "file"))
    var path: String

    /// - Parameter creating: whether one that is not there is made.
    /// - Throws: `StorageError`.
    func open(creating: Bool = false) throws(StorageError) -> GaitStore {
        try GaitStore(path: path, creating: creating)
    }
}

/// The options that choose gaits of a store.
struct GaitSelectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Gaits of this robot.", valueName: "name"))
    var robot: String?

    @Option(help: ArgumentHelp("Gaits of this person, as the topics name them.", valueName: "name"))
    var person: String?

    @Option(help: ArgumentHelp("Gaits of this subject.", valueName: "name"))
    var subject: String?

    @Option(help: ArgumentHelp("Gaits that this annotator labelled.", valueName: "name"))
    var annotator: String?

    @Option(help: ArgumentHelp("Gaits of this label.", valueName: "name"))
    var label: String?

    @Option(help: ArgumentHelp("A gait by its number. May be repeated.", valueName: "id"))
    var gait: [Int64] = []

    @Option(help: "Gaits that are trained on, or held out to compare models by: train, held_out.")
    var split: DataSplit?

    var selection: GaitSelection {
        GaitSelection(
            ids: gait.isEmpty ? nil : gait, robot: robot, person: person, subject: subject,
            annotator: annotator,
            label: label, split: split)
    }
}

extension DataSplit: ExpressibleByArgument {}
