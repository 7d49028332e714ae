import Foundation
import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

@Suite("Recipe")
struct RecipeTests {
    private let emotions = Emotion.allCases.map(\.rawValue)

    @Test(
        "every built-in recipe can be used, and comes back from its file unchanged",
        arguments: Recipe.Name.allCases)
    func builtIn(name: Recipe.Name) throws {
        let recipe = Recipe(name, labels: emotions)
        try recipe.validate()
        #expect(recipe.method == name.method && recipe.network.labels == emotions)
        var other = Recipe(name == .styles ? .emotions : .styles, labels: emotions)
        other.generator = recipe.generator
        try other.apply(file: Data(recipe.json().utf8))
        if recipe.method == .lifter {
            #expect(other.lifter == recipe.lifter && other.method == .lifter)
        } else if recipe.method == .stepGen {
            #expect(other.generator == recipe.generator && other.method == .stepGen)
            var plain = Recipe(.stepGen, labels: emotions)
            try plain.apply(file: Data(recipe.json().utf8))
            #expect(plain.generator == recipe.generator)
        } else {
            #expect(other == recipe)
        }
    }

    @Test("a lifter's settings are changed like others, and its file has no others")
    func lifter() throws {
        var recipe = Recipe(.lifter, labels: emotions)
        try recipe.apply([
            "lifter.options.epochs=3", "lifter.network.blocks=2", "lifter.options.loss.hands=3",
        ])
        #expect(recipe.lifter.options.epochs == 3 && recipe.lifter.network.blocks == 2)
        #expect(recipe.lifter.options.loss.hands == 3)
        let keys = try JSONSerialization.jsonObject(with: Data(recipe.json().utf8)) as? [String: Any]
        #expect(keys?.keys.sorted() == ["lifter", "method"])
        try recipe.apply(["lifter.options.held_out=0.9"])
        #expect(throws: ModelError.self) { try recipe.validate() }
    }

    @Test("the default follows the labels")
    func defaults() {
        #expect(Recipe.default(for: emotions) == Recipe(.emotions, labels: emotions))
        #expect(Recipe.default(for: ["proud", "old"]) == Recipe(.styles, labels: ["proud", "old"]))
    }

    @Test("settings change single values of every kind")
    func settings() throws {
        var recipe = Recipe(.styles, labels: ["proud", "old"])
        try recipe.apply([
            "options.epochs=7", "options.schedule=step", "network.robust_members=null",
            "network.blocks.1.width=12", "options.affective_features=[3,1]", "options.learning_rate=0.0003",
            "network.head.hidden=null", "generator.network.loss.push=0", "options.decoupled=false",
            "options.budget=60", "generator.options.maximum_gradient_norm=unlimited",
        ])
        #expect(recipe.options.epochs == 7 && recipe.options.schedule == .step)
        #expect(recipe.network.robustMembers == nil && recipe.network.head.hidden == nil)
        #expect(recipe.network.blocks.map(\.width) == [32, 12, 64])
        #expect(recipe.options.affectiveFeatures == [3, 1] && recipe.options.learningRate == 3e-4)
        #expect(recipe.generator.network.loss.push == 0 && !recipe.options.decoupled)
        #expect(recipe.options.budget == 60 && recipe.generator.options.maximumGradientNorm == .infinity)
        #expect(
            recipe.network.labels == ["proud", "old"] && recipe.generator.network.labels == ["proud", "old"])
    }

    @Test("a file may leave keys out, and says which class names are not its business")
    func partialFile() throws {
        var recipe = Recipe(.emotions, labels: emotions)
        try recipe.apply(file: Data(#"{"options": {"batch": 4}, "walkers": 0}"#.utf8))
        var expected = Recipe(.emotions, labels: emotions)
        (expected.options.batch, expected.walkers) = (4, 0)
        #expect(recipe == expected)
        #expect(try !recipe.json().contains("labels"))
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("options.epoch=3", "options.epoch"), ("labels=[]", "labels"),
            ("network.labels=[]", "network.labels"),
            ("options=3", "options.epochs"), ("options.epochs", "key=value"),
            ("network.kernel=wide", "network.kernel"),
            ("network.blocks.3.width=8", "0 to 2"), ("options.schedule=sometimes", "options.schedule"),
            ("walkers.angry=2", "walkers.angry"),
        ])
    func refusals(setting: String, word: String) {
        var recipe = Recipe(.emotions, labels: emotions)
        let error = #expect(throws: ModelError.self) { try recipe.apply([setting]) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
        #expect(recipe == Recipe(.emotions, labels: emotions))
    }

    @Test(
        "values that no training can have are named",
        arguments: [
            "options.epochs=0", "options.batch=1", "options.learning_rate=nan", "options.dropout=1",
            "options.augmentation.source=2", "generator.options.epochs=0", "generator.options.warm_up=2",
            "walkers=-1", "pretraining_epochs=0", "options.affective_features=[29]",
            "options.affective_features=[3,3]", "network.kernel=4", "generator.network.latent=0",
        ])
    func ranges(setting: String) throws {
        var recipe = Recipe(.emotions, labels: emotions)
        try recipe.apply([setting])
        #expect(throws: ModelError.self) { try recipe.validate() }
    }
}
