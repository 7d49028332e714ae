import ArgumentParser
import Foundation
import Storage

/// `gaitctl store`: the labelled gaits of a robot.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Look at a robot's labelled gaits, hand them on, take others in, or forget them.",
        discussion: """
            gaitd may use the store meanwhile.

            Examples:
              gaitctl store stats --store gaits.sqlite
              gaitctl store list --store gaits.sqlite --label happy
              gaitctl store forget --store gaits.sqlite --person 7 --registry models
            """,
        subcommands: [
            StoreListCommand.self, StoreStatsCommand.self, StoreExportCommand.self, StoreImportCommand.self,
            StoreForgetCommand.self,
        ])

    /// A moment as people read it, in UTC.
    static func time(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).formatted(.iso8601)
    }
}

/// `gaitctl store list`.
struct StoreListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print what is stored about gaits, one a line.",
        discussion: """
            Example:
              gaitctl store list --store gaits.sqlite --label happy --split held_out
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup(title: "Which gaits") var gaits: GaitSelectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let records = try store.open().records(matching: gaits.selection)
        let columns = TextColumns(widths: [7, 10, 9, 11, 16, 16, 7, 6, 0])
        try output.emit(["gaits": records]) {
            ([
                columns.line([
                    "id", "label", "split", "synthetic", "robot/person", "subject", "frames", "seen",
                    "stored",
                ])
            ]
                + records.map { record in
                    columns.line([
                        "\(record.id)", record.label, record.split.rawValue,
                        record.isSynthetic ? "yes" : "no",
                        "\(record.robot)/\(record.person)", record.subject, "\(record.frames)",
                        String(format: "%.2f", record.coverage), StoreCommand.time(record.created),
                    ])
                }).joined(separator: "\n")
        }
    }
}

/// `gaitctl store stats`.
struct StoreStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Print how many gaits there are, by label, and the last training job.",
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
                    id: job.id, state: job.state, reason: job.reason, model: job.model, created: job.created)
            })
        try output.emit(report) { report.text }
    }

    private struct Report: Encodable {
        let counts: [GaitCount]
        let freeBytes: Int
        let job: Job?

        struct Job: Encodable {
            let id: Int64
            let state: TrainingJob.State
            let reason: String?
            let model: Int?
            let created: Double
        }

        enum CodingKeys: String, CodingKey {
            case counts, job
            case freeBytes = "free_bytes"
        }

        var text: String {
            let columns = TextColumns(widths: [16, 10, 12, 8, 0])
            var lines = [columns.line(["label", "split", "synthetic", "gaits", "subjects"])]
            lines += counts.map { count in
                columns.line([
                    count.label, count.split.rawValue, count.isSynthetic ? "yes" : "no", "\(count.gaits)",
                    "\(count.subjects)",
                ])
            }
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
