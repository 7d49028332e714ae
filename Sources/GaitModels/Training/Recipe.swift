package import Foundation
import Gait

/// Everything that decides a training, except the gaits and the seed. It is a JSON file that an operator can start from.
package struct Recipe: Codable, Sendable, Equatable {
    package var method: TrainingMethod
    /// The classifier's network.
    package var network: STEPConfiguration
    /// How the classifier is trained.
    package var options: TrainingOptions
    /// How many simulated walkers of each emotion are trained on beside the recordings.
    package var walkers: Int
    /// How often a network sees every gait of its pretraining.
    package var pretrainingEpochs = 20
    /// The generator: what is trained if ``method`` says so, otherwise what makes the gaits of STEP+Aug.
    package var generator: Generator

    /// The lifter.
    package var lifter = Lifter()

    /// A lifter's network and how it is trained.
    package struct Lifter: Codable, Sendable, Equatable {
        package var network = LifterConfiguration()
        package var options = LifterOptions()
    }

    /// A generator's network and how it is trained.
    package struct Generator: Codable, Sendable, Equatable {
        package var network: STEPGenConfiguration
        package var options: STEPGenOptions
    }

    enum CodingKeys: String, CodingKey {
        case method, network, options, walkers, generator, lifter
        case pretrainingEpochs = "pretraining_epochs"
    }

    /// The built-in recipes.
    package enum Name: String, CaseIterable, Sendable {
        /// STEP for gaits from the training source: proportions and joint placement stay, because they distinguish
        /// classes.
        case styles
        /// STEP for emotions of people and sources that were not trained on: bones, joint places, sizes, tempi and sources
        /// are varied, joints that sources place differently are derived, and simulated walkers are trained on too.
        case emotions
        /// The published designs, see ``STEPConfiguration/Preset``.
        case stepPaper = "step-paper"
        case stepReleased = "step-released"
        case baseline
        case baselineReleased = "baseline-released"
        /// The linear SVM.
        case svm
        /// The generators, see ``STEPGenDesign``.
        case stepGen = "step-gen"
        case stepGenPaper = "step-gen-paper"
        case baselineCVAE = "baseline-cvae"
        /// Joints in pictures to gaits in space.
        case lifter

        /// The recipe of a STEP network for these classes: `emotions` if each class is an emotion.
        package static func `default`(for labels: [String]) -> Name {
            labels.allSatisfy { Emotion(rawValue: $0) != nil } ? .emotions : .styles
        }

        /// The method of the recipe.
        package var method: TrainingMethod {
            if self == .svm { return .svm }
            if self == .lifter { return .lifter }
            return STEPGenDesign(rawValue: rawValue) == nil ? .step : .stepGen
        }
    }

    /// A built-in recipe for an ordered list of class names.
    package init(_ name: Name, labels: [String]) {
        method = name.method
        let kind: Name = name == .styles || name == .emotions ? name : .default(for: labels)
        let preset = STEPConfiguration.Preset(rawValue: name.rawValue)
        network = STEPConfiguration.preset(preset ?? .step, labels: labels)
        // Published designs are not changed.
        if preset == nil { Self.adapt(&network, to: kind) }
        options = Self.options(for: kind)
        walkers = kind == .emotions ? 10 : 0
        if name == .svm {
            // The plain baseline.
            network.skeleton = .given
            options = TrainingOptions()
            options.affectiveOrigin = .world
            walkers = 0
        }
        let design = STEPGenDesign(rawValue: name.rawValue) ?? .stepGen
        generator = Generator(network: design.configuration(labels: labels), options: design.options)
    }

    /// The default recipe of a STEP network for these classes.
    package static func `default`(for labels: [String]) -> Recipe {
        Recipe(.default(for: labels), labels: labels)
    }

    /// Sets what a network for `styles` or `emotions` is fed, and its members.
    static func adapt(_ network: inout STEPConfiguration, to kind: Name) {
        if kind == .emotions {
            (network.skeleton, network.smoothing) = (.limbs, 5)
            (network.input, network.members) = (.positions, 1)
        } else {
            (network.skeleton, network.denoising) = (.given, .adaptive)
            (network.members, network.robustMembers) = (4, 2)
        }
    }

    private static func options(for kind: Name) -> TrainingOptions {
        var options = TrainingOptions()
        if kind == .emotions {
            options.augmentation = .sources
            options.affectiveSmoothing = 8
            options.epochs = 40
            options.lifted = 0.3
        } else {
            options.augmentation.source = 0.5
            options.affectiveSmoothing = 4
            // Posture and speeds. Accelerations, jerks and strides do not survive noise and low frame rates, smoothed or
            // not.
            options.affectiveFeatures = Array(0...16)
        }
        return options
    }

    /// - Throws: ``ModelError`` naming the first value that no training can have.
    package func validate() throws(ModelError) {
        var ranges: [(key: String, value: Double, range: ClosedRange<Double>)] = [
            ("walkers", Double(walkers), 0...10_000),
            ("pretraining_epochs", Double(pretrainingEpochs), 1...10_000),
            ("options.dropout", Double(options.dropout), 0...0.9),
            ("options.lifted", Double(options.lifted), 0...0.9),
            ("options.unlabeled", Double(options.unlabeled), 0...100),
            ("options.label_smoothing", Double(options.labelSmoothing), 0...0.9),
            ("options.affective_smoothing", Double(options.affectiveSmoothing), 0...100),
            ("options.affective_limit", Double(options.affectiveLimit), 1e-3...1e6),
            ("generator.options.warm_up", Double(generator.options.warmUp), 0...1),
        ]
        ranges += options.optimization.ranges + options.augmentation.ranges
        ranges += (generator.options.optimization.ranges + generator.options.augmentation.ranges).map {
            ("generator.\($0.key)", $0.value, $0.range)
        }
        ranges += lifter.options.ranges.map { ("lifter.\($0.key)", $0.value, $0.range) }
        if let wrong = ranges.first(where: { !$0.range.contains($0.value) }) {
            let (low, high) = (wrong.range.lowerBound, wrong.range.upperBound)
            throw .recipe(
                String(format: "\(wrong.key) is %g to %g, not %g", low, high, wrong.value))
        }
        let features = options.affectiveFeatures
        guard features.allSatisfy((0..<AffectiveFeatures.count).contains), !features.isEmpty,
            Set(features).count == features.count
        else {
            throw .recipe("options.affective_features are 0 to \(AffectiveFeatures.count - 1), each once")
        }
        try network.validate()
        try generator.network.validate()
        try lifter.network.validate()
    }
}

// MARK: - JSON

extension Recipe {
    /// What the gaits decide, by its place in the recipe's JSON, and what stands there until then.
    private static var decided: [(path: [String], value: Any)] {
        [
            (["network", "labels"], [String]()), (["generator", "network", "labels"], [String]()),
            (["generator", "network", "unit"], 1),
            (["lifter", "network", "body_length"], LifterConfiguration().bodyLength),
        ]
    }
    /// Keys that a JSON encoder leaves out if they have no value.
    private static let optional = [
        ["network", "robust_members"], ["network", "head", "projection"], ["network", "head", "hidden"],
    ]
    /// The options of which the optimization's keys stand beside the others.
    private static let options = [["options"], ["generator", "options"], ["lifter", "options"]]
    private static let optimization = "optimization"
    private static let infinity = (positive: "unlimited", negative: "-unlimited", nan: "nan")

    /// The recipe as a file for operators: the part that its method uses, as indented JSON.
    package func json() throws(ModelError) -> String {
        var tree = try tree()
        switch method {
        case .stepGen: tree = tree.filter { $0.key == "method" || $0.key == "generator" }
        case .lifter: tree = tree.filter { $0.key == "method" || $0.key == "lifter" }
        case .step, .svm: (tree["generator"], tree["lifter"]) = (nil, nil)
        }
        do {
            let data = try JSONSerialization.data(
                withJSONObject: tree, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
            return String(decoding: data, as: UTF8.self)
        } catch {
            throw .recipe("the recipe cannot be written: \(error)")
        }
    }

    /// Takes over the values of a recipe's file. Keys that the file leaves out keep their values.
    ///
    /// - Throws: ``ModelError/unknownSetting(_:known:)`` and ``ModelError/recipe(_:)``.
    package mutating func apply(file data: Data) throws(ModelError) {
        let object: Any
        do { object = try JSONSerialization.jsonObject(with: data) } catch {
            throw .recipe("the file is not JSON")
        }
        guard let object = object as? [String: Any] else { throw .recipe("the file is not a JSON object") }
        try apply(object)
    }

    /// Changes single values.
    ///
    /// - Parameter settings: such as `options.epochs=40`: dots lead into objects and arrays; a value that is not JSON is
    ///   text.
    /// - Throws: ``ModelError/unknownSetting(_:known:)`` and ``ModelError/recipe(_:)``.
    package mutating func apply(_ settings: [String]) throws(ModelError) {
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw .recipe("'\(setting)' is not of the form key=value") }
            let text = Data(parts[1].utf8)
            var value =
                (try? JSONSerialization.jsonObject(with: text, options: .fragmentsAllowed)) ?? parts[1]
            for key in parts[0].split(separator: ".", omittingEmptySubsequences: false).reversed() {
                value = [String(key): value]
            }
            guard let object = value as? [String: Any] else { continue }
            try apply(object)
        }
    }

    private mutating func apply(_ changes: [String: Any]) throws(ModelError) {
        let tree = try tree()
        var changed: Any? = try Self.merge(changes, into: tree, at: "", known: Self.keys(of: tree))
        for (path, value) in Self.decided { changed = Self.changing(path[...], in: changed) { _ in value } }
        for path in Self.options {
            // What else is there is not decoded with it.
            changed = Self.changing(path[...], in: changed) { options in
                var nested = options as? [String: Any]
                nested?[Self.optimization] = options
                return nested
            }
        }
        let labels = network.labels
        do {
            let decoder = JSONDecoder()
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: Self.infinity.positive, negativeInfinity: Self.infinity.negative,
                nan: Self.infinity.nan)
            self = try decoder.decode(
                Recipe.self, from: JSONSerialization.data(withJSONObject: changed ?? [:]))
        } catch {
            throw .recipe(ModelDescription.reason(error).replacing("\(Self.optimization).", with: ""))
        }
        (network.labels, generator.network.labels) = (labels, labels)
    }

    private func tree() throws(ModelError) -> [String: Any] {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: Self.infinity.positive, negativeInfinity: Self.infinity.negative,
            nan: Self.infinity.nan)
        var tree: Any?
        do { tree = try JSONSerialization.jsonObject(with: encoder.encode(self)) } catch {
            throw .recipe("the recipe cannot be encoded: \(error)")
        }
        for path in Self.optional { tree = Self.changing(path[...], in: tree) { $0 ?? NSNull() } }
        for (path, _) in Self.decided { tree = Self.changing(path[...], in: tree) { _ in nil } }
        for path in Self.options {
            tree = Self.changing(path[...], in: tree) { options in
                var flat = options as? [String: Any]
                let inner = flat?.removeValue(forKey: Self.optimization) as? [String: Any]
                return flat?.merging(inner ?? [:]) { own, _ in own }
            }
        }
        return tree as? [String: Any] ?? [:]
    }

    /// The tree with the value at a path changed; nil removes it.
    private static func changing(
        _ path: ArraySlice<String>, in tree: Any?, _ change: (Any?) -> Any?
    ) -> Any? {
        guard let key = path.first else { return change(tree) }
        guard var object = tree as? [String: Any] else { return tree }
        object[key] = changing(path.dropFirst(), in: object[key], change)
        return object
    }

    private static func merge(
        _ changes: Any, into tree: Any, at path: String, known: [String]
    ) throws(ModelError) -> Any {
        guard let changes = changes as? [String: Any] else {
            if tree is [String: Any] { throw .recipe("\(path) is a group of settings: \(list(tree, path))") }
            return changes
        }
        if var object = tree as? [String: Any] {
            for (key, value) in changes {
                let place = path.isEmpty ? key : "\(path).\(key)"
                guard let old = object[key] else { throw .unknownSetting(place, known: known) }
                object[key] = try merge(value, into: old, at: place, known: known)
            }
            return object
        }
        guard var array = tree as? [Any] else {
            throw .unknownSetting("\(path).\(changes.keys.first ?? "")", known: known)
        }
        for (key, value) in changes {
            guard let index = Int(key), array.indices.contains(index) else {
                throw .recipe("\(path) has no \(key); it has the elements 0 to \(array.count - 1)")
            }
            array[index] = try merge(value, into: array[index], at: "\(path).\(key)", known: known)
        }
        return array
    }

    private static func list(_ tree: Any, _ path: String) -> String {
        keys(of: tree).map { "\(path).\($0)" }.joined(separator: ", ")
    }

    /// All settings of a tree, sorted.
    private static func keys(of tree: Any) -> [String] {
        guard let object = tree as? [String: Any] else { return [] }
        return object.flatMap { key, value in
            let inner = keys(of: value)
            return inner.isEmpty ? [key] : inner.map { "\(key).\($0)" }
        }.sorted()
    }
}
