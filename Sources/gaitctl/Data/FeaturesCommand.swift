import ArgumentParser
import Datasets
import Gait

/// `gaitctl features`: the affective features of gaits, or their error against expected ones.
struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Compute the 29 affective features of gaits, or check them against expected ones.",
        discussion: """
            With --dataset the command prints the features of every gait, one line each, in meters, degrees, seconds \
            and frames.
            With --cases it computes the features and the view normalization of every case and compares them; \
            max_relative_error is the largest |found - expected| / max(|expected|, 0.01) over all values.

            Examples:
              gaitctl features --cases affective.cases.json
              gaitctl features --dataset emotion4 --origin root > features.tsv
            """)

    @Option(help: ArgumentHelp("A JSON file of gaits with expected values.", valueName: "file"))
    var cases: String?

    @Option(help: ArgumentHelp("A data set's folder.", valueName: "folder"))
    var dataset: String?

    @Option(help: "The origin of positions: world (as recorded), or root in each frame.")
    var origin = AffectiveOrigin.world

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (cases == nil) != (dataset == nil) else {
            throw ValidationError("Give either --cases or --dataset.")
        }
        guard cases == nil || origin == .world else {
            throw ValidationError("--cases are in world coordinates; --origin goes with --dataset.")
        }
    }

    func run() throws {
        if let cases {
            try check(casesFile: cases)
        } else if let dataset {
            try list(DatasetReader.dataset(in: dataset))
        }
    }

    private func check(casesFile path: String) throws {
        let cases = try AffectiveCases(contentsOf: path)
        let worst = try cases.worstError()
        try output.emit(
            CheckResult(maxRelativeError: worst.relativeError, cases: cases.cases.count, worst: worst)
        ) {
            """
            max_relative_error=\(worst.relativeError)
            worst value: \(worst.value) of case \(worst.caseIndex): \(worst.found), expected \(worst.expected) \
            (\(cases.cases.count) cases)
            """
        }
    }

    private func list(_ dataset: GaitDataset) throws {
        let gaits = dataset.gaits.map { gait in
            GaitFeatures(
                key: gait.key, label: dataset.labelNames[gait.label],
                values: AffectiveFeatures.compute(gait.gait, origin: origin))
        }
        let result = Listing(origin: origin.rawValue, features: AffectiveFeatures.names, gaits: gaits)
        try output.emit(result) { result.table }
    }
}

/// The result of `features --cases`.
private struct CheckResult: Encodable {
    let maxRelativeError: Double
    let cases: Int
    let worst: WorstError
}

/// The result of `features --dataset`.
private struct Listing: Encodable {
    let origin: String
    let features: [String]
    let gaits: [GaitFeatures]

    /// One line per gait, separated by tabs, under a line of names.
    var table: String {
        let header = (["key", "label"] + features).joined(separator: "\t")
        let rows = gaits.map { gait in
            ([gait.key, gait.label] + gait.values.map { "\($0)" }).joined(separator: "\t")
        }
        return ([header] + rows).joined(separator: "\n")
    }
}

/// The features of one gait in the order of the names.
private struct GaitFeatures: Encodable {
    let key: String
    let label: String
    let values: [Float]
}
