import ArgumentParser
import Foundation
import Gait
import GaitModels
import GaitNode

/// The options that choose a recipe and change it.
struct RecipeOptions: ParsableArguments {
    @Option(
        help: """
            step: a STEP network; svm: a linear SVM on the affective features; step-gen: a generator of synthetic \
            gaits, or step-gen-paper and baseline-cvae, its published designs; lifter: joints in pictures to gaits. \
            Default: the recipe's.
            """)
    var method: Method?

    @Option(
        help: ArgumentHelp(
            "A built-in recipe, or the file of one. Default: emotions if every label is one, otherwise styles.",
            valueName: "name|file.json"))
    var recipe: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Change a value of the recipe; may be given more than once. --print-recipe shows the keys.",
            valueName: "key=value"))
    var settings: [String] = []

    @Option(help: "Number of networks with different seeds to average. Default: the recipe's.")
    var members: Int?

    @Option(
        help: ArgumentHelp(
            """
            A data set whose labels every network learns first; may be given more than once. Recordings that are \
            validated or tested on are left out.
            """, valueName: "folder"))
    var pretrain: [String] = []

    /// A recipe's method, or one of a generator's published designs.
    enum Method: String, CaseIterable, ExpressibleByArgument {
        case step
        case svm
        case stepGen = "step-gen"
        case stepGenPaper = "step-gen-paper"
        case baselineCVAE = "baseline-cvae"
        case lifter

        /// The recipe; nil for the default one of the labels.
        var recipe: Recipe.Name? { Recipe.Name(rawValue: rawValue) }
        var training: TrainingMethod { recipe?.method ?? .step }
    }

    /// The recipe before any data are read.
    var preview: Recipe { get throws { try recipe(labels: [Emotion.angry.rawValue, Emotion.sad.rawValue]) } }

    /// The recipe for an ordered list of class names.
    ///
    /// - Throws: `ValidationError` naming what is wrong with the choice.
    func recipe(labels: [String]) throws -> Recipe {
        let name = recipe.flatMap(Recipe.Name.init(rawValue:))
        var chosen = Recipe(name ?? method?.recipe ?? .default(for: labels), labels: labels)
        do {
            if let recipe, name == nil { try chosen.apply(file: try Self.read(recipe)) }
            if let members { (chosen.network.members, chosen.network.robustMembers) = (members, nil) }
            try chosen.apply(settings)
            try chosen.validate()
        } catch ModelError.unknownSetting(let key, let known) {
            throw ValidationError(
                "The recipe has no setting '\(key)'.\(Self.suggestion(for: key, among: known))")
        } catch let error as ModelError {
            throw ValidationError("The recipe cannot be used: \(error.description).")
        }
        if let method, method.training != chosen.method {
            throw ValidationError(
                "--method \(method.rawValue) does not go with the recipe, whose method is \(chosen.method.rawValue)."
            )
        }
        return chosen
    }

    /// - Parameter synthesizes: whether a generator is trained beside a classifier.
    /// - Throws: `ValidationError` naming a setting that the training would not use.
    func check(_ recipe: Recipe, synthesizes: Bool) throws(ValidationError) {
        let isGenerator = recipe.method == .stepGen
        let isClassifier = !isGenerator && recipe.method != .lifter
        try require(isClassifier || members == nil, "--members is for classifiers.")
        try require(isClassifier || pretrain.isEmpty, "--pretrain is for classifiers.")
        if recipe.method == .lifter {
            guard let other = settings.first(where: { !$0.hasPrefix("lifter.") }) else { return }
            throw ValidationError("'\(other)' is not for lifters, whose settings begin with 'lifter.'.")
        }
        if let lifters = settings.first(where: { $0.hasPrefix("lifter.") }) {
            throw ValidationError("'\(lifters)' goes with --method lifter.")
        }
        let unused = settings.first { isGenerator ? !$0.hasPrefix("generator.") : $0.hasPrefix("generator.") }
        guard let unused, isGenerator || !synthesizes else { return }
        throw ValidationError(
            isGenerator
                ? "'\(unused)' is for classifiers; a generator's settings begin with 'generator.'."
                : "'\(unused)' goes with a generator's --method or with --augment.")
    }

    private static func read(_ path: String) throws(ValidationError) -> Data {
        if let data = FileManager.default.contents(atPath: path) { return data }
        let names = Recipe.Name.allCases.map(\.rawValue)
        throw ValidationError(
            "There is no recipe and no file '\(path)'.\(suggestion(for: path, among: names))")
    }

    private static func suggestion(for key: String, among known: [String]) -> String {
        let nearest = known.min { editDistance(key, $0) < editDistance(key, $1) }
        return nearest.map { " Did you mean '\($0)'?" } ?? ""
    }
}
