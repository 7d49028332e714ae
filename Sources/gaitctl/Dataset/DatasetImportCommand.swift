import ArgumentParser
import Datasets
import Foundation
import Gait

/// `gaitctl dataset import`: a data set of ours made of another one's files.
struct DatasetImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a data set of E-Gait's files, or of others of their form.",
        discussion: """
            The folder has pairs of features*.h5 and labels*.h5: a gait of (T, 48) under each key, 16 joints with the \
            left limbs first, and a label under the same key, a number or one for each class. What stands between \
            'features' and '.h5' is the part's name, as ELMD of features_ELMD.h5. A file without labels has them at \
            the end of its keys, as in 00003_Happy. All parts become one data set; the manifest's column subset says \
            which one a gait was in. Every gait that is left out is named, with the reason.

            Options that take [PART=]VALUE may be given for each part. The numbers of E-Gait's labels have no names in \
            its files, so --labels has to give them: its authors' programs have angry,neutral,happy,sad; whoever \
            compared the votes that come with its part ELMD found happy,sad,angry,neutral there. Nor do the files \
            tell their frame rate; what is printed says which one the steps fit.

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

    @Option(help: ArgumentHelp("Frames a second of the files; 30 where not given.", valueName: "[part=]fps"))
    var fps: [String] = []

    @Option(help: ArgumentHelp("The unit: m (where not given), cm, mm.", valueName: "[part=]unit"))
    var units: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("The axis that points up: y (where not given), z, -y.", valueName: "[part=]axis"))
    var up: [String] = []

    @Flag(help: "The files' right joints stand first.")
    var swapSides = false

    @Flag(help: "The files' frame is left-handed, as in Unity and Unreal.")
    var leftHanded = false

    @Option(help: "Seconds below which a gait is left out.")
    var shortest = 0.5

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !folder.isEmpty, !out.isEmpty else {
            throw ValidationError("The folders' names are not empty.")
        }
        guard (0...60).contains(shortest) else {
            throw ValidationError("--shortest is 0 to 60 seconds, not \(shortest).")
        }
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
                "\(folder)/\(file): its labels are numbers without names; give them in order with --labels NAME,NAME,… "
                    + "(--help has what is known of E-Gait's)")
        }
        let report = try DatasetImportReport(imported, survey: survey, out: out)
        guard !imported.dataset.gaits.isEmpty else {
            throw CommandFailure.failure("\(folder): no gait is left: \(report.reasons)")
        }
        try Interruption.check()
        try imported.dataset.write(to: out)
        try output.emit(report) { report.text }
    }

    /// Leaves the parts that are wanted.
    private func choose(from survey: inout DatasetSurvey) throws(CommandFailure) {
        let names = survey.parts.map(\.shownName)
        if let unknown = part.first(where: { !names.contains($0) }) {
            throw .failure("\(folder) has no part \(unknown); it has \(names.joined(separator: ", "))")
        }
        if !part.isEmpty { survey.parts.removeAll { !part.contains($0.shownName) } }
        let faults = survey.faults + survey.parts.flatMap(\.faults)
        // A key without a gait is told; a file that cannot be read is not left out in silence.
        if survey.parts.allSatisfy({ $0.gaits.isEmpty }), let first = faults.first { throw .failure(first) }
    }

    /// What is said of each part.
    private func options() throws -> @Sendable (String) -> DatasetImport.Options {
        func read<Value>(_ option: String, _ values: [String], _ form: String, _ read: (String) -> Value?)
            throws
            -> [PartValue<Value>]
        {
            try values.map { value in
                guard let found = PartValue(value, read: read) else {
                    throw ValidationError("--\(option) is \(form), not \(value).")
                }
                return found
            }
        }
        let labels = try read("labels", labels, "different names with commas between them") { text in
            let names = text.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return names.contains("") || Set(names).count < names.count ? nil : names
        }
        let rates = try read("fps", fps, "3 to 300 frames a second") { text in
            Float(text).flatMap { GaitConversion.rates.contains($0) ? $0 : nil }
        }
        let units = try read("units", units, "m, cm or mm", LengthUnit.init(rawValue:))
        let axes = try read("up", up, "y, z or -y", UpAxis.init(rawValue:))
        let (swaps, isLeftHanded) = (swapSides, leftHanded)
        let least = Int((shortest * Double(Gait.frameRate)).rounded(.up))
        return { part in
            let name = part.isEmpty ? DatasetSurvey.Part.mainName : part
            var options = DatasetImport.Options()
            options.labels = labels.value(for: name)
            options.conversion.rate = rates.value(for: name) ?? Gait.frameRate
            options.conversion.units = units.value(for: name) ?? .metre
            options.conversion.up = axes.value(for: name) ?? .y
            (options.conversion.swapsSides, options.conversion.isLeftHanded) = (swaps, isLeftHanded)
            options.leastFrames = max(least, 1)
            return options
        }
    }
}
