import Foundation
import GaitModels
import Synchronization

/// The progress of several trainings side by side, as one line.
final class TrainingProgressLine: Sendable {
    private let reporter = ProgressReporter()
    private let total: Int
    private let started = Date()
    private let done = Mutex(0)

    /// - Parameter total: the epochs of all trainings together.
    private init(total: Int) { self.total = max(total, 1) }

    /// Counts epochs, and ends the work after Ctrl-C.
    private var observer: TrainingObserver {
        TrainingObserver(isCancelled: { Interruption.isRequested }, epoch: { self.epoch($0, $1) })
    }

    private func epoch(_ name: String, _ progress: TrainingProgress) {
        let count = done.withLock { value in
            value += 1
            return value
        }
        let elapsed = Date().timeIntervalSince(started)
        let left = elapsed / Double(count) * Double(max(total - count, 0))
        reporter.report(
            "\(name) epoch \(progress.epoch)/\(progress.epochs) loss \(rounded(progress.loss))"
                + (progress.validationLoss.map { " validation \(rounded($0))" } ?? "")
                + " · \(100 * count / total) %, about \(Int(left)) s left")
    }

    /// Follows work of so many epochs.
    static func following<Result>(
        _ epochs: Int, _ work: (TrainingObserver) throws -> Result
    ) rethrows -> Result {
        let line = TrainingProgressLine(total: epochs)
        defer { line.reporter.finish() }
        return try work(line.observer)
    }

}

private func rounded(_ value: Float) -> String { String(format: "%.3f", value) }
