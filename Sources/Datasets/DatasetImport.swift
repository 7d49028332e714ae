import Gait

/// A data set made of the files of another one, such as E-Gait's as its authors publish it, and what was left out.
///
/// There every part of the set is a pair of files, `features.h5` with `labels.h5`, `features_ELMD.h5` with
/// `labels_ELMD.h5`; the labels are bare numbers. Generated gaits have no file of labels: their keys end with the
/// label's name, as in `00003_Happy`.
package struct DatasetImport: Sendable, Equatable {
    /// What is said of a part, by its name in the survey.
    package struct Options: Sendable, Equatable {
        /// The labels' names in order, for numbers that have none.
        package var labels: [String]?
        package var conversion = GaitConversion()
        /// Frames, after the conversion to 30 a second, below which a gait is left out.
        package var leastFrames = 15

        package init() {}
    }

    /// A gait that was left out.
    package struct Skipped: Sendable, Equatable {
        package enum Reason: String, Sendable, CaseIterable {
            /// Coordinates or label cannot be read.
            case unreadable
            /// A coordinate is no number, or far beyond a room.
            case noGait = "no_gait"
            case tooShort = "too_short"
            /// There is no label, or it names none of the labels.
            case unlabelled
            case repeatedKey = "repeated_key"
        }

        package let part: String
        package let key: String
        package let reason: Reason
        /// A sentence.
        package let text: String
    }

    /// The manifest's column of a gait's part.
    package static let partColumn = "subset"

    package let dataset: GaitDataset
    package let skipped: [Skipped]

    /// - Parameter options: of each part, by its name.
    /// - Throws: `DatasetError.missingLabelNames` naming a file of labels for which nobody says what they mean.
    package init(
        _ survey: DatasetSurvey, options: (String) -> Options
    ) throws(DatasetError) {
        var gaits: [(gait: LabelledGait, name: String)] = []
        var skipped: [Skipped] = []
        var names: [String] = []
        var keys: Set<String> = []
        for part in survey.parts {
            let options = options(part.name)
            let labels = try Self.labels(of: part, options)
            for name in labels where !names.contains(name) { names.append(name) }
            for gait in part.gaits {
                do throws(Omission) {
                    let name = try Self.label(of: gait, in: part, names: labels)
                    let taken = try Self.take(gait, of: part, among: survey, options)
                    guard keys.insert(taken.key).inserted else {
                        throw Omission(.repeatedKey, "another gait has become \(taken.key), too")
                    }
                    gaits.append((taken, name))
                } catch {
                    skipped.append(
                        Skipped(part: part.name, key: gait.key, reason: error.reason, text: error.text))
                }
            }
        }
        let used = Set(gaits.map(\.name))
        let numbers = Dictionary(
            uniqueKeysWithValues: names.filter(used.contains).enumerated().map { ($1, $0) })
        dataset = GaitDataset(
            labelNames: names.filter(used.contains),
            gaits: gaits.map { $0.gait.labelled(numbers[$0.name] ?? 0) })
        self.skipped = skipped
    }

    /// The names of a part's labels in order.
    private static func labels(
        of part: DatasetSurvey.Part, _ options: Options
    ) throws(DatasetError) -> [String] {
        if let names = part.labelNames ?? options.labels { return names }
        if let file = part.labelsFile { throw .missingLabelNames(file: file) }
        return Emotion.allCases.map(\.rawValue)
    }

    /// Why a gait is left out.
    private struct Omission: Error {
        let reason: Skipped.Reason
        let text: String

        init(_ reason: Skipped.Reason, _ text: String) { (self.reason, self.text) = (reason, text) }
    }

    /// The name of a gait's label.
    private static func label(
        of gait: SurveyedGait, in part: DatasetSurvey.Part, names: [String]
    ) throws(Omission) -> String {
        guard part.labelsFile != nil else {
            let word = String(gait.key.reversed().prefix { $0.isLetter }.reversed()).lowercased()
            guard let name = names.first(where: { $0.lowercased() == word }) else {
                throw Omission(.unlabelled, "there is no file of labels, and the key ends with none")
            }
            return name
        }
        if let fault = gait.fault { throw Omission(.unreadable, fault) }
        guard let index = gait.labelIndex, names.indices.contains(index) else {
            let found = gait.label.map { "\($0)" }.joined(separator: ", ")
            throw Omission(
                .unlabelled,
                found.isEmpty ? "there is no label" : "the label \(found) is none of the \(names.count)")
        }
        return names[index]
    }

    /// The gait converted, with its new key and where it comes from; its label is still to come.
    private static func take(
        _ gait: SurveyedGait, of part: DatasetSurvey.Part, among survey: DatasetSurvey, _ options: Options
    ) throws(Omission) -> LabelledGait {
        if let fault = gait.fault { throw Omission(.unreadable, fault) }
        let converted: Gait
        do throws(GaitError) {
            converted = try options.conversion(gait.coordinates)
        } catch {
            throw Omission(.noGait, error.description)
        }
        guard converted.frames >= options.leastFrames else {
            throw Omission(
                .tooShort, "\(converted.frames) frames, fewer than \(options.leastFrames)")
        }
        var attributes = gait.attributes
        if attributes[partColumn] == nil, survey.parts.count > 1 {
            attributes[partColumn] = part.shownName
        }
        return LabelledGait(
            key: part.name.isEmpty ? gait.key : "\(part.name)_\(gait.key)", gait: converted, label: 0,
            sourceFile: gait.sourceFile ?? "\(part.featuresFile)/\(gait.key)", actor: gait.actor,
            attributes: attributes)
    }
}
