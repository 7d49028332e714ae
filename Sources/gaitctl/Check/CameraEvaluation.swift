import Datasets
import Gait
import GaitModels
import Simulation

/// What a classifier reads of people through a camera, beside what it reads of the same people's true skeletons.
struct CameraEvaluation {
    /// One window, read twice.
    private struct Reading {
        let person: Int
        let side: Float
        let walked: Int?
        let skeleton: [Float]
        let camera: [Float]

        var labels: (one: Int, other: Int) {
            (
                EmotionClassifier.Classification(probabilities: skeleton).label,
                EmotionClassifier.Classification(probabilities: camera).label
            )
        }
    }

    private let classifier: EmotionClassifier
    private var people = 0
    private var unseen = 0
    private var renamed = 0
    private var found = 0.0
    private var walking = WalkingCount()
    private var standing = WalkingCount()
    private var swings: [Swing] = []
    private var gaits: (skeleton: [LabelledGait], camera: [LabelledGait]) = ([], [])
    private var readings: [Reading] = []
    private var features: [(skeleton: [Float], camera: [Float])] = []

    init(_ classifier: EmotionClassifier) { self.classifier = classifier }

    /// Reads one person's windows.
    mutating func take(_ windows: FilmedWindows, of options: CameraScene.Options) {
        keep(windows, of: options)
        guard !options.isStanding else {
            for pair in windows.pairs { standing.count(pair) }
            return
        }
        people += 1
        found += windows.found
        if windows.pairs.isEmpty { unseen += 1 }
        if windows.numbers > 1 { renamed += 1 }
        for pair in windows.pairs {
            swings.append(Swing(side: options.side, pair))
            guard walking.count(pair) else { continue }
            let read = classifier.classify([pair.skeleton, pair.camera])
            readings.append(
                Reading(
                    person: people, side: options.side,
                    walked: classifier.card.labels.firstIndex(of: options.emotions[0].rawValue),
                    skeleton: read[0].probabilities, camera: read[1].probabilities))
            features.append(
                (
                    AffectiveFeatures.compute(pair.skeleton, origin: .root),
                    AffectiveFeatures.compute(pair.camera, origin: .root)
                ))
        }
    }

    /// How many windows are taken for walks.
    private struct WalkingCount {
        private let test = WalkDetector()
        var report = CameraEvaluationReport.Walking()

        /// Whether both sources' are.
        @discardableResult
        mutating func count(_ pair: FilmedWindows.Pair) -> Bool {
            let (skeleton, camera) = (test.isWalking(pair.skeleton), test.isWalking(pair.camera))
            report.windows += 1
            if skeleton { report.skeleton += 1 }
            if camera { report.camera += 1 }
            return skeleton && camera
        }
    }

    /// How far the legs swing in a window, see `WalkDetector`.
    private struct Swing {
        let side: Float
        let skeleton: Double
        let camera: Double

        init(side: Float, _ pair: FilmedWindows.Pair) {
            self.side = side
            skeleton = Double(WalkDetector().legSwing(of: pair.skeleton))
            camera = Double(WalkDetector().legSwing(of: pair.camera))
        }
    }

    private mutating func keep(_ windows: FilmedWindows, of options: CameraScene.Options) {
        let labels = classifier.card.labels
        guard let label = labels.firstIndex(of: options.emotions[0].rawValue) else { return }
        let person = "\(options.emotions[0].rawValue)-\(options.seed)"
        for (index, pair) in windows.pairs.enumerated() {
            func gait(_ gait: Gait) -> LabelledGait {
                LabelledGait(
                    key: "\(person)-\(index)", gait: gait, label: label, sourceFile: person, actor: person,
                    attributes: [
                        "side": "\(options.side)", "distance": "\(options.distance)",
                        "action": options.isStanding ? "stand" : "walk",
                    ])
            }
            gaits.skeleton.append(gait(pair.skeleton))
            gaits.camera.append(gait(pair.camera))
        }
    }

    /// Writes the windows as two data sets, `skeleton` and `camera`, labeled as people walked.
    func write(to folder: String) throws {
        let labels = classifier.card.labels
        try GaitDataset(labelNames: labels, gaits: gaits.skeleton).write(to: "\(folder)/skeleton")
        try GaitDataset(labelNames: labels, gaits: gaits.camera).write(to: "\(folder)/camera")
    }

    /// The metrics so far.
    var report: CameraEvaluationReport {
        let classes = classifier.card.labels.count
        let windows = LabelAgreement(readings.map(\.labels), classes: classes)
        let byPerson = Dictionary(grouping: readings, by: \.person).values.map { Self.mean($0).labels }
        func share(_ label: (Reading) -> Int) -> Double {
            guard !readings.isEmpty else { return 0 }
            return Double(readings.count { $0.walked == label($0) }) / Double(readings.count)
        }
        return CameraEvaluationReport(
            model: classifier.card.name, labels: classifier.card.labels, people: people, unseen: unseen,
            renamed: renamed, found: people == 0 ? 0 : found / Double(people), walking: walking.report,
            standing: standing.report,
            windows: CameraEvaluationReport.Agreement(windows),
            perPerson: CameraEvaluationReport.Agreement(LabelAgreement(byPerson, classes: classes)),
            skeletonAccuracy: share { $0.labels.one }, cameraAccuracy: share { $0.labels.other },
            sides: sideReport, features: featureReport)
    }

    private var sideReport: [CameraEvaluationReport.Side] {
        Dictionary(grouping: swings, by: \.side).sorted { $0.key < $1.key }.map { side, swings in
            let read = readings.filter { $0.side == side }
            let agreement = LabelAgreement(read.map(\.labels), classes: classifier.card.labels.count)
            let count = Double(swings.count)
            return CameraEvaluationReport.Side(
                side: side, windows: swings.count, read: read.count, agreement: agreement.agreement,
                skeletonSwing: swings.reduce(0) { $0 + $1.skeleton } / count,
                cameraSwing: swings.reduce(0) { $0 + $1.camera } / count)
        }
    }

    /// A person's mean probabilities.
    private static func mean(_ readings: [Reading]) -> Reading {
        func mean(_ rows: [[Float]]) -> [Float] {
            rows[0].indices.map { label in rows.reduce(0) { $0 + $1[label] } / Float(rows.count) }
        }
        return Reading(
            person: readings[0].person, side: readings[0].side, walked: readings[0].walked,
            skeleton: mean(readings.map(\.skeleton)), camera: mean(readings.map(\.camera)))
    }

    private var featureReport: [CameraEvaluationReport.Feature] {
        guard !features.isEmpty else { return [] }
        let count = Double(features.count)
        return AffectiveFeatures.names.enumerated().map { index, name in
            let pairs = features.map { (Double($0.skeleton[index]), Double($0.camera[index])) }
            let means = pairs.reduce((0.0, 0.0)) { ($0.0 + $1.0 / count, $0.1 + $1.1 / count) }
            let (a, b, c) = pairs.reduce((0.0, 0.0, 0.0)) { sums, pair in
                let (one, other) = (pair.0 - means.0, pair.1 - means.1)
                return (sums.0 + one * one, sums.1 + other * other, sums.2 + one * other)
            }
            return CameraEvaluationReport.Feature(
                name: name, skeleton: means.0, camera: means.1,
                deviation: (a / count).squareRoot(), correlation: a * b > 0 ? c / (a * b).squareRoot() : 0)
        }
    }
}

/// The metrics of a classifier that sees people through a camera.
struct CameraEvaluationReport: Encodable {
    /// How far camera and skeleton lead to the same label.
    struct Agreement: Encodable {
        /// Windows, or people.
        let count: Int
        /// The share with the same label; nil if there are none.
        let agreement: Double?
        /// Cohen's kappa; nil if only one label occurs.
        let kappa: Double?
        /// `[from the skeleton][through the camera]`, in the order of the labels.
        let table: [[Int]]

        init(_ agreement: LabelAgreement) {
            count = agreement.count
            self.agreement = agreement.agreement
            kappa = agreement.kappa
            table = agreement.table
        }
    }

    /// How many windows are taken for walks.
    struct Walking: Encodable {
        var windows = 0
        /// By the skeletons, and by the camera.
        var skeleton = 0
        var camera = 0
    }

    /// The windows of people seen from one side.
    struct Side: Encodable {
        /// Degrees.
        let side: Float
        let windows: Int
        /// Those that both sources take for walks, and the share of them with the same label.
        let read: Int
        let agreement: Double?
        /// How far the legs swing, as shares of their length; see `WalkDetector`.
        let skeletonSwing: Double
        let cameraSwing: Double

        enum CodingKeys: String, CodingKey {
            case side, windows, read, agreement
            case skeletonSwing = "skeleton_leg_swing"
            case cameraSwing = "camera_leg_swing"
        }
    }

    /// One affective feature over all windows.
    struct Feature: Encodable {
        let name: String
        /// The means.
        let skeleton: Double
        let camera: Double
        /// The standard deviation of the skeletons'.
        let deviation: Double
        let correlation: Double
    }

    let model: String
    let labels: [String]
    let people: Int
    /// People with no whole window.
    let unseen: Int
    /// People who were given more than one number.
    let renamed: Int
    /// The mean share of frames in which the person was found.
    let found: Double
    /// For people who walk, and for people who stand.
    let walking: Walking
    let standing: Walking
    let windows: Agreement
    /// Of each person's mean probabilities.
    let perPerson: Agreement
    /// The shares of windows whose emotion is recognized.
    let skeletonAccuracy: Double
    let cameraAccuracy: Double
    let sides: [Side]
    let features: [Feature]

    enum CodingKeys: String, CodingKey {
        case model, labels, people, unseen, renamed, found, walking, standing, windows, sides, features
        case perPerson = "per_person"
        case skeletonAccuracy = "skeleton_accuracy"
        case cameraAccuracy = "camera_accuracy"
    }
}
