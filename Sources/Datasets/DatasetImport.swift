package import Gait

/// A data set converted from another one's files, such as E-Gait as its authors publish it, and the gaits left out.
///
/// In E-Gait every part of the set is a pair of files, `features.h5` with `labels.h5`, `features_ELMD.h5` with
/// `labels_ELMD.h5`; the labels are bare numbers. Generated gaits have no file of labels: their keys end with the
/// label's name, as in `00003_Happy`.
package struct DatasetImport: Sendable, Equatable {
    /// How to import a part.
    package struct Options: Sendable, Equatable {
        /// The labels' names in order, for files that only number them.
        package var labels: [String]?
        package var conversion = GaitConversion()
        /// The fewest frames of a gait, after the conversion to 30 per second.
        package var leastFrames = 15

        package init() {}
    }

    /// A gait that was left out.
    package struct Skipped: Error, Equatable, Encodable {
        package enum Reason: String, Sendable, CaseIterable, Encodable {
            /// Coordinates or label cannot be read.
            case unreadable
            /// A coordinate is not a number, or far outside a room.
            case noGait = "no_gait"
            case tooShort = "too_short"
            /// The label is missing or unknown.
            case unlabelled
            case repeatedKey = "repeated_key"
        }

        /// The displayed name of its part.
        package let part: String
        package let key: String
        package let reason: Reason
        /// A sentence.
        package let text: String

        fileprivate init(
            _ gait: SurveyedGait, _ part: DatasetSurvey.Part, _ reason: Reason, _ text: String
        ) {
            (self.part, key, self.reason, self.text) = (part.shownName, gait.key, reason, text)
        }
    }

    /// One part's numbers of gaits.
    package struct PartCount: Sendable, Equatable, Encodable {
        package let part: String
        package let files: [String]
        package let found: Int
        package let taken: Int
        /// The gaits left out, by reason.
        package let skipped: [String: Int]

        fileprivate init(_ part: DatasetSurvey.Part, skipped: [Skipped]) {
            self.part = part.shownName
            files = [part.featuresFile, part.labelsFile].compactMap(\.self)
            found = part.gaits.count
            taken = found - skipped.count
            self.skipped = Dictionary(grouping: skipped, by: \.reason.rawValue).mapValues(\.count)
        }
    }

    /// The manifest's column of a gait's part.
    package static let partColumn = "subset"

    package let dataset: GaitDataset
    package let parts: [PartCount]
    package let skipped: [Skipped]

    /// - Parameter options: each part's options, by the part's displayed name.
    /// - Throws: `DatasetError.missingLabelNames` naming a file of labels without names.
    package init(
        _ survey: DatasetSurvey, options: (String) -> Options
    ) throws(DatasetError) {
        var gaits: [(gait: LabelledGait, name: String)] = []
        var skipped: [Skipped] = []
        var names: [String] = []
        var keys: Set<String> = []
        for part in survey.parts {
            let options = options(part.shownName)
            let labels = try Self.labels(of: part, options)
            for name in labels where !names.contains(name) { names.append(name) }
            for gait in part.gaits {
                do throws(Skipped) {
                    let name = try Self.label(of: gait, in: part, names: labels)
                    let taken = try Self.take(gait, of: part, among: survey, options)
                    guard keys.insert(taken.key).inserted else {
                        throw Skipped(gait, part, .repeatedKey, "another gait also has the key \(taken.key)")
                    }
                    gaits.append((taken, name))
                } catch {
                    skipped.append(error)
                }
            }
        }
        let used = Set(gaits.map(\.name))
        let numbers = Dictionary(
            uniqueKeysWithValues: names.filter(used.contains).enumerated().map { ($1, $0) })
        dataset = GaitDataset(
            labelNames: names.filter(used.contains),
            gaits: gaits.map { $0.gait.labelled(numbers[$0.name] ?? 0) })
        parts = survey.parts.map { part in
            PartCount(part, skipped: skipped.filter { $0.part == part.shownName })
        }
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

    /// The name of a gait's label.
    private static func label(
        of gait: SurveyedGait, in part: DatasetSurvey.Part, names: [String]
    ) throws(Skipped) -> String {
        guard part.labelsFile != nil else {
            let word = String(gait.key.reversed().prefix { $0.isLetter }.reversed()).lowercased()
            guard let name = names.first(where: { $0.lowercased() == word }) else {
                throw Skipped(
                    gait, part, .unlabelled,
                    "there is no file of labels, and the key does not end with a label")
            }
            return name
        }
        if let fault = gait.fault { throw Skipped(gait, part, .unreadable, fault) }
        guard let index = gait.labelIndex, names.indices.contains(index) else {
            let found = gait.label.map { "\($0)" }.joined(separator: ", ")
            throw Skipped(
                gait, part, .unlabelled,
                found.isEmpty ? "there is no label" : "the label \(found) is not one of the \(names.count)")
        }
        return names[index]
    }

    /// The converted gait with its new key and origin, still without its label.
    private static func take(
        _ gait: SurveyedGait, of part: DatasetSurvey.Part, among survey: DatasetSurvey, _ options: Options
    ) throws(Skipped) -> LabelledGait {
        if let fault = gait.fault { throw Skipped(gait, part, .unreadable, fault) }
        let converted: Gait
        do throws(GaitError) {
            converted = try options.conversion(gait.coordinates)
        } catch {
            throw Skipped(gait, part, .noGait, error.description)
        }
        guard converted.frames >= options.leastFrames else {
            throw Skipped(
                gait, part, .tooShort, "\(converted.frames) frames, fewer than \(options.leastFrames)")
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

/// Converts another source's coordinates to a gait: meters, y up, right-handed, left on the left, 30 frames per second.
package struct GaitConversion: Sendable, Equatable {
    /// The accepted frame rates of a source, per second.
    package static let rates: ClosedRange<Float> = 3...300

    package var units = LengthUnit.metre
    package var up = UpAxis.y
    /// Whether the source's frame is left-handed, as in Unity and Unreal; then x is negated.
    package var isLeftHanded = false
    /// Whether the source lists right joints in the places of left ones.
    package var swapsSides = false
    /// The source's frames per second, in `rates`.
    package var rate = Gait.frameRate

    package init() {}

    /// The gait of the source's coordinates `[T, 48]`. Between frames it interpolates linearly.
    ///
    /// - Throws: `GaitError` if a frame is incomplete or not finite, or a joint is beyond `Pose.limit`.
    package func callAsFunction(_ coordinates: [Float]) throws(GaitError) -> Gait {
        var converted = coordinates
        for start in stride(from: 0, through: coordinates.count - 3, by: 3) {
            let (x, y, z) = (coordinates[start], coordinates[start + 1], coordinates[start + 2])
            let position = up.yUp(SIMD3(isLeftHanded ? -x : x, y, z)) * units.metres
            for axis in 0..<3 { converted[start + axis] = position[axis] }
        }
        var gait = try Gait(coordinates: converted)
        if swapsSides { gait.swapSides() }
        return rate == Gait.frameRate ? gait : gait.resampled(speed: rate / Gait.frameRate)
    }
}
