import ArgumentParser
import Datasets
import Foundation
import Gait
import NeuralNetwork
import Storage

/// `gaitctl store export`: stored gaits as a data set.
struct StoreExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write stored gaits as a data set folder.",
        discussion: """
            The folder has the E-Gait form, which 'gaitctl train' and other programs read. Its manifest has the subject as \
            actor, and a column for every other stored field. What pictures showed of lifted gaits is in \
            \(SeenWindows.file).

            Example:
              gaitctl store export --store gaits.sqlite --out labeled --split train
            """)

    @OptionGroup var store: StoreOptions
    @Option(help: ArgumentHelp("The folder to write; new or empty.", valueName: "folder"))
    var out: String
    @OptionGroup(title: "Which gaits") var gaits: GaitSelectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try GaitDataset.checkVacant(out)
        let stored = try store.open().gaits(matching: gaits.selection)
        guard !stored.isEmpty else { throw CommandFailure.failure("\(store.path) has no such gait") }
        let dataset = StoredGaits.dataset(of: stored)
        try dataset.write(to: out)
        try SeenWindows.write(zip(dataset.gaits, stored).map { ($0.key, $1) }, to: out)
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

/// `gaitctl store import`: a data set's gaits into a store.
struct StoreImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Store the gaits of a data set folder.",
        discussion: """
            It stores all of them, or none. Gaits from 'gaitctl store export' keep every field except the numbers and the \
            splits, which the store decides again. For other sets the subject is the recording, or the column that \
            --group names. --synthetic gaits serve for training and never for evaluation, so a new robot's store can start \
            with gaits from a generator. A missing store is created.

            Examples:
              gaitctl store import --store gaits.sqlite labeled
              gaitctl generate --weights generator.safetensors --per-class 40 --out made
              gaitctl store import --store gaits.sqlite made --synthetic
            """)

    @OptionGroup var store: StoreOptions
    @Argument(help: ArgumentHelp("The data set folder.", valueName: "folder"))
    var folder: String
    @Option(help: ArgumentHelp("The manifest's column with the subjects.", valueName: "column"))
    var group = "source_file"
    @Option(help: "The robot's name, if the data set has none.")
    var robot = "import"
    @Flag(help: "The gaits come from a model.")
    var synthetic = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        try Interruption.check()
        let dataset = try DatasetReader.dataset(in: folder)
        let new = try StoredGaits.new(
            from: dataset, seen: SeenWindows(in: folder), group: group, robot: robot, isSynthetic: synthetic,
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
    }
}

/// Converts between stored gaits and a data set.
enum StoredGaits {
    /// The manifest's columns for fields that the form lacks.
    private enum Column {
        static let robot = "robot"
        static let person = "person"
        static let annotator = "annotator"
        static let start = "start"
        static let end = "stamp"
        static let coverage = "coverage"
        static let split = "split"
        static let synthetic = "synthetic"
    }

    /// A data set of stored gaits; a gait's recording is its subject, since that is the unit of splits.
    static func dataset(of stored: [StoredGait]) -> GaitDataset {
        let labels = Set(stored.map(\.label)).sorted()
        let index = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
        let width = String(stored.map(\.id).max() ?? 0).count
        let gaits = stored.map { stored in
            let digits = String(stored.id)
            return LabelledGait(
                key: "gait-" + String(repeating: "0", count: width - digits.count) + digits,
                gait: stored.gait,
                label: index[stored.label] ?? 0, sourceFile: stored.subject, actor: stored.subject,
                attributes: [
                    Column.robot: stored.robot, Column.person: stored.person,
                    Column.annotator: stored.annotator ?? "", Column.start: "\(stored.start)",
                    Column.end: "\(stored.end)", Column.coverage: "\(stored.coverage)",
                    Column.split: stored.split.rawValue, Column.synthetic: stored.isSynthetic ? "1" : "0",
                ])
        }
        return GaitDataset(labelNames: labels, gaits: gaits)
    }

    /// The gaits of a data set to store; an export of a store keeps every field. Longer gaits are cut into windows of 75
    /// frames.
    ///
    /// - Parameters:
    ///   - seen: what pictures showed of them.
    ///   - group: the manifest's column with the subjects.
    ///   - robot: the robot's name if the set has none.
    ///   - isSynthetic: whether all of them are synthetic, whatever the set says.
    ///   - now: the stamp if the set has none, seconds since the Unix epoch.
    static func new(
        from dataset: GaitDataset, seen: SeenWindows, group: String, robot: String, isSynthetic: Bool,
        now: Double
    ) throws(CommandFailure) -> [NewGait] {
        var new: [NewGait] = []
        for labelled in dataset.gaits {
            guard let subject = labelled.attribute(group), !subject.isEmpty else {
                throw .failure("gait \(labelled.key) has no \(group) in manifest.csv; choose another --group")
            }
            let gaits =
                labelled.gait.frames > NewGait.maximumFrames ? labelled.gait.windows() : [labelled.gait]
            for gait in gaits {
                let attributes = labelled.attributes.filter { !$0.value.isEmpty }
                let end = attributes[Column.end].flatMap(Double.init) ?? now
                let length = Double(gait.frames - 1) / Double(Gait.frameRate)
                var stored = NewGait(
                    robot: attributes[Column.robot] ?? robot, person: attributes[Column.person] ?? subject,
                    subject: subject, annotator: attributes[Column.annotator],
                    label: dataset.labelNames[labelled.label],
                    start: attributes[Column.start].flatMap(Double.init) ?? end - length, end: end,
                    gait: gait,
                    coverage: attributes[Column.coverage].flatMap(Float.init) ?? 1,
                    isSynthetic: isSynthetic || attributes[Column.synthetic] == "1")
                stored.seen = try seen.window(labelled.key, of: stored)
                new.append(stored)
            }
        }
        return new
    }
}

/// What pictures showed of exported gaits that were lifted, in a file beside the data set's own: one tensor `[75, 13, 3]`
/// for each, under the gait's key.
struct SeenWindows {
    static let file = "seen.safetensors"

    /// Nil if no gait was lifted.
    private let tensors: SafeTensors?

    /// - Throws: `NeuralNetworkError` if there is a file that cannot be read.
    init(in folder: String) throws(NeuralNetworkError) {
        let path = Self.path(in: folder)
        tensors = FileManager.default.fileExists(atPath: path) ? try SafeTensors(contentsOf: path) : nil
    }

    /// What pictures showed of a gait; nil if it was not lifted.
    func window(_ key: String, of gait: NewGait) throws(CommandFailure) -> ImageWindow? {
        guard let tensors, let entry = tensors[key] else { return nil }
        let window = ImageWindow(
            values: entry.values, start: gait.start, end: gait.end, coverage: gait.coverage)
        guard let window, entry.shape == Self.shape, gait.gait.frames == Gait.windowFrames,
            window.confidences.allSatisfy({ (0...1).contains($0) })
        else {
            throw .failure(
                "\(tensors.path): \(key) has \(entry.shape), not \(Self.shape), belongs to a gait of another length, or has numbers that cannot be"
            )
        }
        return window
    }

    /// Writes the file, unless no gait was lifted.
    static func write(_ gaits: [(key: String, stored: StoredGait)], to folder: String) throws {
        let entries = gaits.compactMap { key, stored in
            stored.seen.map { SafeTensors.Entry(name: key, shape: shape, values: $0.values) }
        }
        guard !entries.isEmpty else { return }
        try SafeTensors.write(entries, metadata: [:], to: path(in: folder))
    }

    private static let shape = [Gait.windowFrames, ImageWindow.joints.count, 3]

    private static func path(in folder: String) -> String { "\(folder)/\(file)" }
}
