import Gait

/// One view compared with the truth.
struct LifterReading {
    let view: LifterView
    let recording: String
    let dataset: String
    /// The mean distance of the 13 joints with the roots aligned, meters: of the lifted body, and of the lifted body in the
    /// person's size.
    let error: Float
    let sizedError: Float
    /// Shares of the leg's length, see `LegMotion`.
    let swing: (lifted: Float, true: Float)
    /// Strides a second.
    let frequency: (lifted: Float, true: Float)
    let isWalking: Bool
    /// The classifier's labels of the true and of the lifted skeleton.
    let labels: (one: Int, other: Int)
    /// Whether the classifier is sure of the true one.
    let isSure: Bool

    /// The readings of views of one window.
    static func readings(
        _ views: [LifterView], of window: TestedWindow, by classifier: EmotionClassifier
    ) -> [LifterReading] {
        guard let first = views.first else { return [] }
        let classified = classifier.classify([first.truth] + views.map(\.lifted.gait))
        let found = classified.map(\.label)
        let isSure = classified[0].probabilities[found[0]] >= classifier.minimumConfidence ?? 0
        let (swing, frequency) = (
            LegMotion(first.truth).swing, StrideRhythm(fitting: first.truth).frequency
        )
        return zip(views, found.dropFirst()).map { view, label in
            let gait = view.lifted.gait
            return LifterReading(
                view: view, recording: window.recording, dataset: window.dataset,
                error: distance(gait, view.truth), sizedError: distance(gait, view.truth, scale: view.scale),
                swing: (LegMotion(gait).swing, swing),
                frequency: (StrideRhythm(fitting: gait).frequency, frequency),
                isWalking: WalkDetector().isWalking(gait), labels: (found[0], label), isSure: isSure)
        }
    }

    private static func distance(_ gait: Gait, _ truth: Gait, scale: Float = 1) -> Float {
        var sum: Float = 0
        for frame in 0..<gait.frames {
            for joint in ImageWindow.joints {
                let difference =
                    scale * gait.position(frame: frame, joint: joint)
                    - truth.position(frame: frame, joint: joint)
                sum += difference.length
            }
        }
        return sum / Float(gait.frames * ImageWindow.joints.count)
    }
}

/// The figures of some views, as `--json` prints them. Intervals of 95 % resample recordings.
package struct LifterFigures: Encodable, Sendable {
    /// What the views have in common; null for all of them.
    package private(set) var noise: LifterEvaluation.Noise?
    package private(set) var direction: LifterEvaluation.Direction?
    package private(set) var distance: String?
    package private(set) var camera: String?
    package private(set) var dataset: String?
    package let views: Int
    package let recordings: Int
    /// The mean distance of the joints with the roots aligned, and the same with the lifted body in the person's size, which
    /// pictures do not show; millimeters.
    package let errorMm: Double
    package let errorInterval: [Double]
    package let sizedErrorMm: Double
    /// How far the feet swing, as a share of the truth.
    package let swingRatio: Double
    /// The median error of the stride's frequency, as a share.
    package let strideFrequencyError: Double
    /// The median error of the camera's tilt, degrees.
    package let tiltError: Double
    /// The share of lifted walks that are taken for walks.
    package let walking: Double
    /// How well the classifier's labels for lifted and true skeletons agree; Cohen's kappa is null if there is one label only.
    package let agreement: Double
    package let kappa: Double?
    package let kappaInterval: [Double]
    /// The same for the views whose true skeleton is read with at least the classifier's threshold.
    package let sureViews: Int
    package let sureKappa: Double?
    package let sureKappaInterval: [Double]

    init(_ readings: [LifterReading], classes: Int) {
        let count = Double(max(readings.count, 1))
        func common<Value: Hashable>(_ value: (LifterReading) -> Value) -> Value? {
            let values = Set(readings.map(value))
            return values.count == 1 ? values.first : nil
        }
        noise = common(\.view.noise)
        direction = common(\.view.direction)
        views = readings.count
        recordings = Set(readings.map(\.recording)).count
        func error(_ readings: [LifterReading]) -> Double {
            1000 * readings.reduce(0) { $0 + Double($1.error) } / Double(max(readings.count, 1))
        }
        func kappa(_ readings: [LifterReading]) -> Double? {
            LabelAgreement(readings.map(\.labels), classes: classes).kappa
        }
        func interval(_ figure: ([LifterReading]) -> Double?) -> [Double] {
            let groups = Dictionary(grouping: readings, by: \.recording)
            let range = ClassificationMetrics.bootstrap(Array(groups.keys), seed: 1, draws: 1000) { drawn in
                figure(drawn.flatMap { groups[$0] ?? [] })
            }
            return [range.lowerBound, range.upperBound]
        }
        errorMm = error(readings)
        errorInterval = interval(error)
        sizedErrorMm = 1000 * readings.reduce(0) { $0 + Double($1.sizedError) } / count
        let swings = readings.reduce((0.0, 0.0)) {
            ($0.0 + Double($1.swing.lifted), $0.1 + Double($1.swing.true))
        }
        swingRatio = swings.1 > 0 ? swings.0 / swings.1 : 0
        strideFrequencyError = Double(
            median(readings.map { abs($0.frequency.lifted / $0.frequency.true - 1) }))
        tiltError = Double(median(readings.map { abs($0.view.lifted.tilt - $0.view.tilt) }))
        walking = Double(readings.count(where: \.isWalking)) / count
        agreement = LabelAgreement(readings.map(\.labels), classes: classes).agreement ?? 0
        self.kappa = kappa(readings)
        kappaInterval = interval(kappa)
        let sure = readings.filter(\.isSure)
        sureViews = sure.count
        sureKappa = kappa(sure)
        sureKappaInterval = interval { kappa($0.filter(\.isSure)) }
    }

    /// The same figures with what their views have in common.
    func with(distance: String? = nil, camera: String? = nil, dataset: String? = nil) -> LifterFigures {
        var figures = self
        (figures.distance, figures.camera, figures.dataset) = (distance, camera, dataset)
        return figures
    }
}
