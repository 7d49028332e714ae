package import Gait

/// The same of a person's true skeleton, and of what a camera saw of that person.
package struct SourcePair<Value> {
    package let skeleton: Value
    package let camera: Value

    package init(skeleton: Value, camera: Value) { (self.skeleton, self.camera) = (skeleton, camera) }

    func map<Other>(_ change: (Value) -> Other) -> SourcePair<Other> {
        SourcePair<Other>(skeleton: change(skeleton), camera: change(camera))
    }
}

extension SourcePair: Sendable where Value: Sendable {}

/// A person whose skeleton is known and who was filmed.
package struct FilmedPerson: Sendable {
    /// The emotion that the person walked as, or the recording's label.
    package let label: String
    /// From where the camera saw the person, degrees.
    package let side: Float
    /// Whether the person walks past a camera that is fixed; otherwise the camera moves along.
    package let isPassing: Bool
    package let isStanding: Bool
    /// Of two and a half seconds each.
    package let windows: [SourcePair<Gait>]
    /// The share of the frames in which the person was found.
    package let found: Double
    /// How many numbers the person was given.
    package let numbers: Int

    package init(
        label: String, side: Float, isPassing: Bool = false, isStanding: Bool,
        windows: [SourcePair<Gait>], found: Double, numbers: Int
    ) {
        (self.label, self.side, self.isPassing, self.isStanding) = (label, side, isPassing, isStanding)
        (self.windows, self.found, self.numbers) = (windows, found, numbers)
    }
}

/// What a classifier reads of people through a camera, beside what it reads of the same people's true skeletons.
package struct CameraEvaluation: Encodable, Sendable {
    /// How many windows are taken for walks.
    package struct Walking: Encodable, Sendable {
        var windows = 0
        /// By the skeletons, and by the camera.
        var skeleton = 0
        var camera = 0
    }

    /// The windows of people seen from one side, or by one kind of camera.
    package struct Part: Encodable, Sendable {
        /// Degrees; nil for all sides.
        let side: Float?
        /// `moving` or `fixed`; nil for both.
        let camera: String?
        let windows: Int
        /// Those that both sources take for walks, and the share of them with the same label.
        let read: Int
        let agreement: Double?
        /// Cohen's kappa of the labels; nil if it has no meaning.
        let kappa: Double?
        /// How far the legs swing, as shares of their length; see `LegMotion`.
        let skeletonLegSwing: Double
        let cameraLegSwing: Double
    }

    /// One affective feature over all windows.
    package struct Feature: Encodable, Sendable {
        let name: String
        /// The means.
        let skeleton: Double
        let camera: Double
        /// The standard deviation of the skeletons'.
        let deviation: Double
        let correlation: Double
    }

    package let model: String
    package let labels: [String]
    package let people: Int
    /// People with no whole window.
    package let unseen: Int
    /// People who were given more than one number.
    package let renamed: Int
    /// The mean share of frames in which the person was found.
    package let found: Double
    /// For people who walk, and for people who stand.
    package let walking: Walking
    package let standing: Walking
    package let windows: LabelAgreement
    package let sides: [Part]
    package let cameras: [Part]
    package let features: [Feature]
    /// Of each person's mean probabilities.
    package let perPerson: LabelAgreement
    /// The shares of windows whose emotion is recognized, of walks whose label the classifier knows; nil if there are none.
    package let skeletonAccuracy: Double?
    package let cameraAccuracy: Double?

    package init(of everybody: [FilmedPerson], by classifier: EmotionClassifier) {
        let walkers = everybody.filter { !$0.isStanding }
        let readings = walkers.enumerated().flatMap { number, person in
            person.windows.filter {
                WalkDetector().isWalking($0.skeleton) && WalkDetector().isWalking($0.camera)
            }
            .map { Reading($0, of: person, number: number, by: classifier) }
        }
        let classes = classifier.card.labels.count
        labels = classifier.card.labels
        model = classifier.card.name
        people = walkers.count
        unseen = walkers.count { $0.windows.isEmpty }
        renamed = walkers.count { $0.numbers > 1 }
        found = walkers.isEmpty ? 0 : walkers.reduce(0) { $0 + $1.found } / Double(walkers.count)
        walking = Walking(walkers)
        standing = Walking(everybody.filter(\.isStanding))
        windows = LabelAgreement(readings.map(\.labels), classes: classes)
        let byPerson = Dictionary(grouping: readings, by: \.person).values.map(Reading.meanLabels)
        perPerson = LabelAgreement(byPerson, classes: classes)
        let known = readings.filter { $0.walked != nil }
        func accuracy(_ label: (Reading) -> Int) -> Double? {
            known.isEmpty ? nil : Double(known.count { $0.walked == label($0) }) / Double(known.count)
        }
        (skeletonAccuracy, cameraAccuracy) = (accuracy(\.labels.one), accuracy(\.labels.other))
        let seen = walkers.filter { !$0.windows.isEmpty }
        sides = Dictionary(grouping: seen, by: \.side).sorted { $0.key < $1.key }.map { side, people in
            Part(
                side: side, people.flatMap(\.windows), read: readings.filter { $0.side == side }, classes)
        }
        cameras = [false, true].compactMap { isPassing in
            let people = seen.filter { $0.isPassing == isPassing }
            return people.isEmpty
                ? nil
                : Part(
                    camera: isPassing ? "fixed" : "moving", people.flatMap(\.windows),
                    read: readings.filter { $0.isPassing == isPassing }, classes)
        }
        features =
            readings.isEmpty
            ? []
            : AffectiveFeatures.names.enumerated().map { index, name in
                Feature(name, readings.map { $0.features.map { Double($0[index]) } })
            }
    }
}

/// One window that both sources take for a walk, read twice.
private struct Reading {
    let person: Int
    let side: Float
    let isPassing: Bool
    /// The label that the person walked as; nil if the classifier does not know it.
    let walked: Int?
    let probabilities: SourcePair<[Float]>
    let features: SourcePair<[Float]>

    init(_ window: SourcePair<Gait>, of person: FilmedPerson, number: Int, by classifier: EmotionClassifier) {
        let read = classifier.classify([window.skeleton, window.camera])
        (self.person, side, isPassing) = (number, person.side, person.isPassing)
        walked = classifier.card.labels.firstIndex(of: person.label)
        probabilities = SourcePair(skeleton: read[0].probabilities, camera: read[1].probabilities)
        features = window.map { AffectiveFeatures.compute($0, origin: .root) }
    }

    var labels: (one: Int, other: Int) { Self.labels(probabilities) }

    /// The labels of one person's mean probabilities.
    static func meanLabels(_ readings: [Reading]) -> (one: Int, other: Int) {
        func mean(_ rows: [[Float]]) -> [Float] {
            rows[0].indices.map { label in rows.reduce(0) { $0 + $1[label] } / Float(rows.count) }
        }
        return labels(
            SourcePair(
                skeleton: mean(readings.map(\.probabilities.skeleton)),
                camera: mean(readings.map(\.probabilities.camera))))
    }

    private static func labels(_ probabilities: SourcePair<[Float]>) -> (one: Int, other: Int) {
        let labels = probabilities.map { EmotionClassifier.Classification(probabilities: $0).label }
        return (labels.skeleton, labels.camera)
    }
}

extension CameraEvaluation.Walking {
    fileprivate init(_ people: [FilmedPerson]) {
        let walks = people.flatMap(\.windows).map { $0.map(WalkDetector().isWalking) }
        (windows, skeleton, camera) = (
            walks.count, walks.count(where: \.skeleton), walks.count(where: \.camera)
        )
    }
}

extension CameraEvaluation.Part {
    fileprivate init(
        side: Float? = nil, camera: String? = nil, _ windows: [SourcePair<Gait>], read: [Reading],
        _ classes: Int
    ) {
        let swings = windows.map { $0.map { Double(LegMotion($0).swing) } }
        (self.side, self.camera, self.windows, self.read) = (side, camera, windows.count, read.count)
        let labels = LabelAgreement(read.map(\.labels), classes: classes)
        (agreement, kappa) = (labels.agreement, labels.kappa)
        skeletonLegSwing = Sample.mean(swings.map(\.skeleton))
        cameraLegSwing = Sample.mean(swings.map(\.camera))
    }
}

extension CameraEvaluation.Feature {
    fileprivate init(_ name: String, _ pairs: [SourcePair<Double>]) {
        let count = Double(pairs.count)
        let skeleton = pairs.reduce(0) { $0 + $1.skeleton / count }
        let camera = pairs.reduce(0) { $0 + $1.camera / count }
        let (a, b, c) = pairs.reduce((0.0, 0.0, 0.0)) { sums, pair in
            let (one, other) = (pair.skeleton - skeleton, pair.camera - camera)
            return (sums.0 + one * one, sums.1 + other * other, sums.2 + one * other)
        }
        (self.name, self.skeleton, self.camera) = (name, skeleton, camera)
        deviation = (a / count).squareRoot()
        correlation = a * b > 0 ? c / (a * b).squareRoot() : 0
    }
}
