package import NeuralNetwork

/// How far a model's outputs are from the expected ones of golden cases: the largest differences of the outputs that it
/// has.
package struct OutputErrors: Encodable, Sendable {
    /// Of all outputs; nil for a classifier.
    package private(set) var maxAbsError: Double?
    package private(set) var maxAbsLogitError: Double?
    package private(set) var maxAbsFeatureError: Double?
    package private(set) var maxAbsGeneratedError: Double?
    package private(set) var maxAbsMeanError: Double?
    package private(set) var maxAbsLogvarError: Double?
    package let cases: Int
    /// By output of a pose network, as TensorFlow Lite names it.
    package private(set) var maxAbsErrors: [String: Double]?

    /// The errors of a classifier.
    ///
    /// - Parameter cases: x `[N, C, T, V]`, logits `[N, classes]` and, optionally, the pooled features `[N, channels]`.
    /// - Returns: nil if there are no such cases, or the classifier does not take them.
    package init?(of classifier: EmotionClassifier, on cases: SafeTensors) {
        guard let input = cases["x"], let logits = cases["logits"], let batch = input.shape.first,
            !input.values.isEmpty, let found = classifier.raw(input.values, batch: batch),
            found.logits.count == logits.values.count
        else { return nil }
        self.cases = batch
        maxAbsLogitError = Self.largest(found.logits, logits.values)
        maxAbsFeatureError = cases["features"].map { Self.largest(found.features, $0.values) }
    }

    /// The errors of a generator.
    ///
    /// - Parameter cases: z, mean and logvar `[N, latent]`, label `[N, classes]` (one-hot), x and generated
    ///   `[N, C, T, V]`.
    /// - Returns: nil if there are no such cases, or the generator does not take them.
    package init?(of generator: GaitGenerator, on cases: SafeTensors) {
        let classes = generator.labels.count
        guard let latents = cases["z"], let oneHot = cases["label"], let windows = cases["x"],
            let generated = cases["generated"], let mean = cases["mean"], let logVariance = cases["logvar"],
            let batch = latents.shape.first, batch > 0, oneHot.values.count == batch * classes
        else { return nil }
        let labels = (0..<batch).map { sample in
            (0..<classes).max {
                oneHot.values[sample * classes + $0] < oneHot.values[sample * classes + $1]
            } ?? 0
        }
        let made = generator.raw(windows: windows.values, latents: latents.values, labels: labels)
        guard let made else { return nil }
        self.cases = batch
        let errors = [
            Self.largest(made.generated, generated.values), Self.largest(made.mean, mean.values),
            Self.largest(made.logVariance, logVariance.values),
        ]
        (maxAbsGeneratedError, maxAbsMeanError, maxAbsLogvarError) = (errors[0], errors[1], errors[2])
        maxAbsError = errors.max()
    }

    /// The errors of a network by its outputs.
    package init(byOutput errors: [String: Double], cases: Int) {
        (self.cases, maxAbsErrors, maxAbsError) = (cases, errors, errors.values.max())
    }

    /// The largest difference between values. Another count is as wrong as can be, and so is a value that is not finite,
    /// since JSON has no infinity.
    package static func largest(_ found: [Float], _ expected: [Float]) -> Double {
        guard found.count == expected.count else { return .greatestFiniteMagnitude }
        return zip(found, expected).reduce(0) { largest, pair in
            let error = abs(Double(pair.0) - Double(pair.1))
            return max(largest, error.isFinite ? error : .greatestFiniteMagnitude)
        }
    }
}
