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
    init(total: Int) { self.total = max(total, 1) }

    /// Counts epochs, and ends the work after Ctrl-C.
    var observer: TrainingObserver {
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
            "\(name) epoch \(progress.epoch)/\(progress.epochs) loss \(rounded(Double(progress.loss)))"
                + (progress.validationLoss.map { " validation \(rounded(Double($0)))" } ?? "")
                + " · \(100 * count / total) %, about \(Int(left)) s left")
    }

    /// Ends the rewritten line.
    func finish() { reporter.finish() }

}

// What people read of the reports.

private func rounded(_ value: Double, _ format: String = "%.3f") -> String { String(format: format, value) }

extension ClassificationReport {
    /// The figures in a few lines.
    var text: String {
        let width = labels.map(\.count).max() ?? 0
        let rows = zip(labels, confusion).map { label, row in
            let name = label.padding(toLength: width, withPad: " ", startingAt: 0)
            let share = (recall[label] ?? nil).map { String(format: "%5.2f", $0) } ?? "    -"
            return "  \(name) \(share)  " + row.map { String(format: "%4d", $0) }.joined()
        }
        let (low, high) = (balancedAccuracyInterval[0], balancedAccuracyInterval[1])
        return """
            balanced_accuracy=\(rounded(balancedAccuracy, "%.4f")) \
            (95 % \(rounded(low)) to \(rounded(high))) \
            accuracy=\(rounded(accuracy, "%.4f")) macro_f1=\(rounded(macroF1, "%.4f")) \
            ece=\(rounded(calibrationError, "%.4f")) windows=\(windows)
            recall and confusion (rows: true, columns: predicted, in the same order):
            \(rows.joined(separator: "\n"))
            """
    }
}

extension AbstentionReport {
    /// A part of a line.
    var text: String {
        let right = coveredAccuracy.map { rounded($0) } ?? "-"
        return "above the threshold \(rounded(coverage * 100, "%.0f")) % of the windows, recognized \(right)"
    }
}

extension FoldedReport {
    var text: String {
        let each = folds.map { rounded($0.balancedAccuracy, "%.4f") }.joined(separator: " ")
        let sources = robustness.map { source in
            "  \(source.name): same label \(rounded(source.sameLabel)), balanced accuracy "
                + "\(rounded(source.balancedAccuracy)), largest difference "
                + rounded(Double(source.largestDifference))
        }
        return """
            \(pooled.text)
            calibrated by the other folds (ece before \(rounded(calibration.uncalibratedError, "%.4f"))); \
            \(calibration.abstention.text)
            seen through other sources:
            \(sources.joined(separator: "\n"))
            fold_balanced_accuracy: \(each) (\(Int(seconds)) s)
            """
    }
}

extension AugmentedTraining.Report {
    var text: String {
        let each = comparison.seeds.map {
            "seed \($0.seed) \(rounded($0.with)) against \(rounded($0.without))"
        }
        let interval = comparison.differenceInterval.map { rounded($0, "%+.3f") }
        return """
            \(figures.text)
            with \(comparison.perClass) synthetic gaits of every class against without: \
            \(each.joined(separator: ", ")); difference \(rounded(comparison.difference, "%+.3f")) \
            (95 % \(interval.joined(separator: " to ")))
            """
    }
}

extension SingleTraining.Report {
    var text: String {
        (folds.map { "folds: \($0.text)\n" } ?? "") + (validation.map { "validation: \($0.text)\n" } ?? "")
            + "wrote \(out): \(trainingGaits) gaits, \(validationGaits) held out, \(Int(seconds)) s"
    }
}

extension GeneratorTraining.Report {
    var text: String {
        let named = terms.sorted { $0.key < $1.key }.map { "\($0.key) \(rounded($0.value))" }
        return "wrote \(out): \(trainingGaits) gaits, \(validationGaits) held out, epoch \(epochs), "
            + "\(Int(seconds)) s\n\(validationGaits > 0 ? "validation" : "training") "
            + named.joined(separator: ", ")
    }
}

extension GeneratorReport {
    var text: String {
        let head =
            "evaluators: balanced_accuracy=\(rounded(evaluators.balancedAccuracy)) on held-out recordings, "
            + "\(evaluators.folds) folds; real gaits' nearest of another recording: \(rounded(nearestReal))"
        return ([head] + generators.map(\.text)).joined(separator: "\n")
    }
}

extension GeneratorReport.Row {
    fileprivate var text: String {
        let classes = labelConsistencyByClass.sorted { $0.key < $1.key }.map {
            "\($0.key) \(rounded($0.value))"
        }
        return "\(name): label_consistency=\(rounded(labelConsistency)) (\(classes.joined(separator: ", "))) "
            + "fid=\(rounded(frechetDistance)) diversity=\(rounded(diversity)) "
            + "nearest=\(rounded(nearest)) (\(nearestRatio.map { rounded($0) } ?? "-") of the real ones') "
            + "push_pull_loss=\(pushPullLoss.map { rounded($0) } ?? "-") "
            + "walks=\(rounded(passing)) gaits=\(gaits)"
    }
}
