import ArgumentParser
import Foundation
import Gait
import Storage

/// `gaitctl store`: the labeled gaits of a robot.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "List, export, import or forget a robot's labeled gaits.",
        discussion: """
            gaitd may use the store at the same time.

            Examples:
              gaitctl store stats --store gaits.sqlite
              gaitctl store list --store gaits.sqlite --label happy
              gaitctl store forget --store gaits.sqlite --person 7 --registry models
            """,
        subcommands: [
            StoreListCommand.self, StoreStatsCommand.self, StoreExportCommand.self, StoreImportCommand.self,
            StoreForgetCommand.self,
        ])

    /// A moment for people, in UTC.
    static func time(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).formatted(.iso8601)
    }
}

/// `gaitctl store list`.
struct StoreListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print one line about every gait.",
        discussion: """
            Example:
              gaitctl store list --store gaits.sqlite --label happy --split held_out
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup(title: "Which gaits") var gaits: GaitSelectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let records = try store.open().records(matching: gaits.selection)
        try output.emit(["gaits": records]) {
            let header = [
                "id", "label", "split", "synthetic", "robot/person", "subject", "frames", "seen", "stored",
            ]
            let rows = records.map { record in
                [
                    "\(record.id)", record.label, record.split.rawValue, record.isSynthetic ? "yes" : "no",
                    "\(record.robot)/\(record.person)", record.subject, "\(record.frames)",
                    String(format: "%.2f", record.coverage), StoreCommand.time(record.created),
                ]
            }
            return TextFormat.table([header] + rows).joined(separator: "\n")
        }
    }
}

/// `gaitctl store stats`.
struct StoreStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Print the numbers of gaits by label, and the last training job.",
        discussion: """
            Example:
              gaitctl store stats --store gaits.sqlite
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let report = Report(
            counts: try store.counts(), freeBytes: store.freeBytes,
            job: try store.latestJob().map { job in
                Report.Job(
                    id: job.id, state: job.state, reason: job.progress.reason, model: job.progress.model,
                    created: job.created)
            })
        try output.emit(report) { report.text }
    }

    private struct Report: Encodable {
        let counts: [GaitCount]
        let freeBytes: Int
        let job: Job?

        struct Job: Encodable {
            let id: Int64
            let state: RetrainingState
            let reason: String?
            let model: Int?
            let created: Double
        }

        var text: String {
            let rows = counts.map { count in
                [
                    count.label, count.split.rawValue, count.isSynthetic ? "yes" : "no", "\(count.gaits)",
                    "\(count.subjects)",
                ]
            }
            var lines = TextFormat.table([["label", "split", "synthetic", "gaits", "subjects"]] + rows)
            lines.append("\(freeBytes >> 20) MB free on the disk")
            if let job {
                lines.append(
                    "last job: \(job.id), \(StoreCommand.time(job.created)), \(job.state.rawValue)"
                        + (job.model.map { ", version \($0)" } ?? "") + (job.reason.map { ", \($0)" } ?? ""))
            }
            return lines.joined(separator: "\n")
        }
    }
}

/// `gaitctl store forget`: deletes gaits, to the last byte.
struct StoreForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Delete gaits so that no trace remains in the store's files.",
        discussion: """
            With --registry it names the versions that were trained on them, or started from such a version, marks them \
            stale and erases their weights: they never serve again. If one of them served, the newest accepted version \
            that never saw these gaits takes its place, or else the packaged model. A gaitd that uses the store serves it \
            within seconds and ends a retraining that may use the gaits; without --registry it marks the versions itself.

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
            throw ValidationError("Choose gaits by --person, --subject, --robot, --gait …")
        }
    }

    func run() throws {
        let store = try store.open()
        let ids = try store.forget(gaits.selection)
        var stale: [Int] = []
        if let registry {
            // The packaged model does not matter here.
            let registry = try ModelRegistry(directory: registry, packaged: "")
            stale = registry.versions(trainedOn: ids)
            try store.finishForgetting(in: registry)
        }
        try store.erase()
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

/// The option for a robot's store of gaits.
struct StoreOptions: ParsableArguments {
    @Option(name: .customLong("store"), help: ArgumentHelp("The store of labeled gaits.", valueName: "file"))
    var path: String

    /// - Parameter creating: whether to create a missing store.
    /// - Throws: `StorageError`.
    func open(creating: Bool = false) throws(StorageError) -> GaitStore {
        try GaitStore(path: path, creating: creating)
    }
}

/// The options that select gaits of a store.
struct GaitSelectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Gaits of this robot.", valueName: "name"))
    var robot: String?

    @Option(help: ArgumentHelp("Gaits of this person, by the name in the topics.", valueName: "name"))
    var person: String?

    @Option(help: ArgumentHelp("Gaits of this subject.", valueName: "name"))
    var subject: String?

    @Option(help: ArgumentHelp("Gaits that this annotator labeled.", valueName: "name"))
    var annotator: String?

    @Option(help: ArgumentHelp("Gaits with this label.", valueName: "name"))
    var label: String?

    @Option(help: ArgumentHelp("A gait by its number. Repeatable.", valueName: "id"))
    var gait: [Int64] = []

    @Option(help: "Gaits for training, or held out to compare models: train, held_out.")
    var split: DataSplit?

    var selection: GaitSelection {
        GaitSelection(
            ids: gait.isEmpty ? nil : gait, robot: robot, person: person, subject: subject,
            annotator: annotator,
            label: label, split: split)
    }
}

extension DataSplit: ExpressibleByArgument {}
