import ArgumentParser
import Datasets
import Foundation
import Gait

/// `gaitctl dataset import`: converts another source's files to a data set.
struct DatasetImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Convert E-Gait's files, or others of their format, to a data set.",
        discussion: """
            The folder holds pairs of features*.h5 and labels*.h5: under each key a gait of (T, 48), 16 joints with the \
            left limbs first, and under the same key its label, a number or one number per class. A part's name is the \
            text between 'features' and '.h5', such as ELMD in features_ELMD.h5. Without a file of labels, the keys \
            end with them, as in 00003_Happy. All parts become one data set; the manifest's column subset names each \
            gait's part. The command names every gait that it leaves out, with the reason.

            Options of the form [PART=]VALUE may be given for each part. E-Gait's files number their labels without \
            naming them, so --labels must give the names: its authors' programs use angry,neutral,happy,sad, but the \
            votes that come with its part ELMD match happy,sad,angry,neutral. The files do not state their frame rate \
            either; the output says which rate the steps fit.

            Examples:
              gaitctl dataset import egait --labels angry,neutral,happy,sad --out egait-all
              gaitctl dataset import egait --part ELMD --labels happy,sad,angry,neutral --fps 60 --out elmd
              gaitctl dataset import mocap --units cm --up z --swap-sides --out walks
            """)

    @Argument(help: ArgumentHelp("The folder of the files.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("The folder to write, new or empty.", valueName: "folder"))
    var out: String

    @Option(help: ArgumentHelp("Take only this part; main: features.h5. May be repeated.", valueName: "name"))
    var part: [String] = []

    @Option(
        help: ArgumentHelp(
            "The labels' names in the order of their numbers.", valueName: "[part=]name,name,…"))
    var labels: [String] = []

    @Option(help: ArgumentHelp("The files' frames per second; default 30.", valueName: "[part=]fps"))
    var fps: [String] = []

    @Option(help: ArgumentHelp("The unit: m (default), cm, mm.", valueName: "[part=]unit"))
    var units: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("The axis that points up: y (default), z, -y.", valueName: "[part=]axis"))
    var up: [String] = []

    @Flag(help: "The files list the right joints first.")
    var swapSides = false

    @Flag(help: "The files' frame is left-handed, as in Unity and Unreal.")
    var leftHanded = false

    @Option(help: "The shortest gait to keep, seconds.")
    var shortest = 0.5

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !folder.isEmpty, !out.isEmpty else {
            throw ValidationError("The folders' names must not be empty.")
        }
        try checkRange("--shortest", shortest, 0...60, "seconds")
        _ = try options()
    }

    func run() throws {
        try Interruption.check()
        try GaitDataset.checkVacant(out)
        var survey = try DatasetReader.survey(of: folder)
        try choose(from: &survey)
        let options = try options()
        let imported: DatasetImport
        do {
            imported = try DatasetImport(survey, options: options)
        } catch .missingLabelNames(let file) {
            throw CommandFailure.failure(
                "\(folder)/\(file): its labels are numbers without names; name them in order with --labels NAME,NAME,… "
                    + "(--help describes E-Gait's)")
        }
        let report = try DatasetImportReport(imported, survey: survey, out: out)
        guard !imported.dataset.gaits.isEmpty else {
            throw CommandFailure.failure("\(folder): no gait is left: \(report.reasons)")
        }
        try Interruption.check()
        try imported.dataset.write(to: out)
        try output.emit(report) { report.text }
    }

    /// Drops all but the chosen parts.
    private func choose(from survey: inout DatasetSurvey) throws(CommandFailure) {
        let names = survey.parts.map(\.shownName)
        if let unknown = part.first(where: { !names.contains($0) }) {
            throw .failure("\(folder) has no part \(unknown); it has \(names.joined(separator: ", "))")
        }
        if !part.isEmpty { survey.parts.removeAll { !part.contains($0.shownName) } }
        let faults = survey.faults + survey.parts.flatMap(\.faults)
        // A fault is reported even if it leaves nothing to import.
        if survey.parts.allSatisfy({ $0.gaits.isEmpty }), let first = faults.first { throw .failure(first) }
    }

    /// The options of each part.
    private func options() throws -> @Sendable (String) -> DatasetImport.Options {
        let labels = try PartValues("labels", labels, "different names with commas between them") { text in
            let names = text.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return names.contains("") || Set(names).count < names.count ? nil : names
        }
        let rates = try PartValues("fps", fps, "3 to 300 frames a second") { text in
            Float(text).flatMap { GaitConversion.rates.contains($0) ? $0 : nil }
        }
        let units = try PartValues("units", units, "m, cm or mm", read: LengthUnit.init)
        let axes = try PartValues("up", up, "y, z or -y", read: UpAxis.init)
        let (swaps, isLeftHanded) = (swapSides, leftHanded)
        let least = Int((shortest * Double(Gait.frameRate)).rounded(.up))
        return { part in
            var options = DatasetImport.Options()
            options.labels = labels[part]
            options.conversion.rate = rates[part] ?? Gait.frameRate
            options.conversion.units = units[part] ?? .metre
            options.conversion.up = axes[part] ?? .y
            (options.conversion.swapsSides, options.conversion.isLeftHanded) = (swaps, isLeftHanded)
            options.leastFrames = max(least, 1)
            return options
        }
    }
}

/// The result of an import.
private struct DatasetImportReport: Encodable {
    /// How many keys per reason the text names.
    private static let shownKeys = 3

    let out: String
    let gaits: Int
    let labels: [String: DatasetCheck.LabelCount]
    let parts: [DatasetImport.PartCount]
    let skipped: [DatasetImport.Skipped]
    /// Faults of whole files, and files that were ignored.
    let notes: [String]
    /// What the converted bodies say about unit, axes, sides and rate.
    let findings: [Finding]

    /// - Throws: `CommandFailure.interrupted` after Ctrl-C.
    init(_ imported: DatasetImport, survey: DatasetSurvey, out: String) throws(CommandFailure) {
        self.out = out
        let dataset = imported.dataset
        gaits = dataset.gaits.count
        labels = DatasetCheck.LabelCount.of(dataset)
        (parts, skipped) = (imported.parts, imported.skipped)
        notes =
            survey.faults + survey.parts.flatMap(\.faults)
            + survey.strangers.map { "\($0) was not read: it holds no gaits and no labels by its name" }
        findings = try GeometryCheck.findings(
            dataset.gaits.map(SurveyedGait.init), checkpoint: Interruption.check)
    }

    /// Why gaits were omitted, in one line.
    var reasons: String {
        let counts = Dictionary(grouping: skipped, by: \.reason.rawValue).mapValues(\.count)
        let first = skipped.first.map { "; the first is \($0.key): \($0.text)" } ?? ""
        return (counts.isEmpty ? "there was none" : TextFormat.counts(counts)) + first
    }

    var text: String {
        var lines = TextFormat.table(
            [["part", "gaits", "taken", "left out"]]
                + parts.map {
                    [$0.part, "\($0.found)", "\($0.taken)", TextFormat.counts($0.skipped)]
                })
        for (reason, some) in Dictionary(grouping: skipped, by: \.reason.rawValue).sorted(by: {
            $0.key < $1.key
        }) {
            lines += some.prefix(Self.shownKeys).map { "left out: \($0.part) \($0.key): \($0.text)" }
            if some.count > Self.shownKeys {
                lines.append("left out: \(some.count - Self.shownKeys) more are \(reason); --json names them")
            }
        }
        lines += notes.map { "note: \($0)" } + [""]
        lines += DatasetCheck.LabelCount.lines(labels) + [""] + findings.lines
        return (lines + ["", "wrote \(out): \(gaits) gaits"]).joined(separator: "\n")
    }
}

/// An option's values for all parts of a data set, or for one, such as `60` and `ELMD=60`; the last one counts.
struct PartValues<Value: Sendable>: Sendable {
    /// By the part's name; under nil for all parts without a value of their own.
    private var values: [String?: Value] = [:]

    /// - Parameters:
    ///   - form: the values' form, for the error.
    ///   - read: parses a value; nil if it is invalid.
    /// - Throws: `ValidationError` for an invalid argument.
    init(
        _ option: String, _ arguments: [String], _ form: String, read: (String) -> Value?
    ) throws(ValidationError) {
        for argument in arguments {
            let sides = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let last = sides.last, let value = read(String(last)) else {
                throw ValidationError("--\(option) is \(form), not \(argument).")
            }
            values[sides.count == 2 ? String(sides[0]) : nil] = value
        }
    }

    /// The value for a part, or otherwise for all; nil if there is none.
    subscript(part: String) -> Value? { values[part] ?? values[nil] }
}
