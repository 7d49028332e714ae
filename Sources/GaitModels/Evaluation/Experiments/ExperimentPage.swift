import Foundation

/// The experiments' page of the documentation: a table for each question, made of the results alone.
package struct ExperimentPage {
    private let questions: [ExperimentQuestion]
    private let results: (Experiment, ExperimentQuestion) -> [ExperimentResult]

    /// - Parameter results: the results of an experiment, by seed; seeds that were not run are left out.
    package init(
        questions: [ExperimentQuestion] = ExperimentQuestion.all,
        results: @escaping (Experiment, ExperimentQuestion) -> [ExperimentResult]
    ) {
        (self.questions, self.results) = (questions, results)
    }

    /// The page as Markdown.
    package var text: String {
        let tables = questions.map(section).joined(separator: "\n")
        return """
            # Experiments

            What was tried, and the results. `gaitctl experiments` writes this page. It runs every experiment that is missing in
            its results file; nothing on this page is written by hand.

            ## Overview

            Results come from four folds by recording, or from two folds by rig where the title says so: no recording is on both
            sides, and no tested recording is used for pretraining. Windows have 75 frames, and balanced accuracy is pooled over
            all windows. `ece` is the calibration error with a temperature fitted on the other folds. `coverage` is the share of
            windows at or above the threshold chosen on the other folds, and `right` the share of these that are classified
            correctly. `12 fps` and `noisy` are the shares of windows that keep their label when the same walk is seen at 12 frames
            a second, and at 12 frames a second with a tenth of the frames lost and 2 cm of noise on every coordinate. Results are
            means over the seeds, with each seed's balanced accuracy in brackets.

            The recipes were chosen with the help of these tables, so the best rows are somewhat optimistic. Seeds of one recipe
            differ by 0.03 to 0.07, and so do members of one model: a row with one seed shows only large effects. Another kernel
            family of OpenBLAS rounds differently, which changes the results as much as another seed.

            \(tables)
            """
    }

    private func section(_ question: ExperimentQuestion) -> String {
        let rows = question.experiments.map { row($0, question) }.joined(separator: "\n")
        return """
            ## \(question.title)

            | recipe | balanced accuracy | ece | coverage | right | 12 fps | noisy | time |
            |---|---|---|---|---|---|---|---|
            \(rows)

            \(question.experiments.map(command).joined(separator: "\n"))

            """
    }

    private func row(_ experiment: Experiment, _ question: ExperimentQuestion) -> String {
        let found = results(experiment, question)
        guard !found.isEmpty else { return "| \(experiment.name) | not run | | | | | | |" }
        func mean(_ value: (ExperimentResult) -> Double?) -> String {
            let values = found.compactMap(value)
            guard !values.isEmpty else { return "-" }
            return Self.rounded(values.reduce(0, +) / Double(values.count))
        }
        let each = found.map { Self.rounded($0.balancedAccuracy) }.joined(separator: ", ")
        let cells = [
            experiment.name, "\(mean(\.balancedAccuracy)) (\(each))", mean(\.calibrationError),
            mean(\.coverage), mean(\.coveredAccuracy),
            mean { $0.sources.first { $0.name == "12 fps" }?.sameLabel },
            mean { $0.sources.first { $0.name.hasPrefix("12 fps,") }?.sameLabel },
            "\(Int(found.reduce(0) { $0 + $1.seconds } / Double(found.count))) s",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func command(_ experiment: Experiment) -> String {
        let words = ["gaitctl train --dataset", experiment.dataset] + experiment.arguments
        return "- \(experiment.name): `\(words.joined(separator: " "))`"
    }

    private static func rounded(_ value: Double) -> String { String(format: "%.3f", value) }
}
