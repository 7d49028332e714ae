import Foundation
import TestSupport
import Testing

@Suite("gaitctl train --recipe lifter, and evaluate lifter")
struct LifterCommandTests {
    private let files: WalkFiles
    /// What makes a lifter's training short.
    private let small: CommandWords = """
        --recipe lifter --set lifter.network.channels=8 --set lifter.network.blocks=1 \
        --set lifter.options.epochs=2 --set lifter.options.batch=8 --set lifter.options.windows_per_epoch=16 \
        --set lifter.options.walkers=4 --set lifter.options.held_out=0.3 --threads 2
        """

    init() throws { files = try WalkFiles() }

    @Test("a lifter is trained on several data sets, and tested on the recordings that it did not see")
    func trained() async throws {
        let (one, other) = (try files.dataset(), try files.dataset("others", recordings: 3, seed: 30))
        let out = files.folder.path("lifter.safetensors")
        let report = try await Tool.run(
            "train --dataset \(one) --dataset \(other) --out \(out) --json", small
        ).object()
        let counts = ["training_gaits", "validation_gaits", "held_out_gaits"].compactMap {
            report[$0] as? Int
        }
        #expect(counts.count == 3 && counts.reduce(0, +) == 28 && counts.allSatisfy { $0 > 0 })
        #expect((report["terms"] as? [String: Double])?["error_mm"] != nil)

        let shown = try await Tool.run("model show --weights \(out) --json").object()
        let description = try #require(shown["description"] as? [String: Any])
        #expect(description["kind"] as? String == "lifter")
        let training = try #require(description["training"] as? [String: Any])
        #expect(training["dataset"] as? String == "walks, others")

        let classifier = try await files.model()
        let figures = try await Tool.run(
            "evaluate lifter --weights \(out) --classifier \(classifier) --dataset \(one) --json"
        ).object()
        #expect(figures["is_held_out"] as? Bool == true)
        let rows = try #require(figures["by_direction"] as? [[String: Any]])
        #expect(rows.count == 12)
        #expect(Set(rows.compactMap { $0["noise"] as? String }) == ["ordinary", "bad", "imitated"])
        for row in rows {
            #expect((row["error_mm"] as? Double).map { $0 > 0 } == true)
            #expect(row["kappa"] != nil && row["tilt_error"] is Double)
        }
        #expect((figures["standing"] as? [[String: Any]])?.count == 12)

        let mistaken = try await Tool.run("evaluate --model \(out) --dataset \(one)")
        mistaken.expectFailure(78, saying: "it is a lifter, not a classifier")
        try await Tool.run(
            "evaluate lifter --weights \(classifier) --classifier \(classifier) --dataset \(one)"
        ).expectFailure(78, saying: "it is not a lifter")
    }

    @Test("only a lifter is trained on several data sets, and its settings are its own")
    func refusals() async throws {
        let dataset = try files.dataset()
        let out = files.folder.path("model.safetensors")
        let mistakes: [(options: CommandWords, word: String)] = [
            ("--dataset \(dataset) --out \(out)", "Only a lifter"),
            ("--out \(out) --set options.epochs=2 --recipe lifter", "'lifter.'"),
            ("--out \(out) --set lifter.options.epochs=2", "--method lifter"),
            ("--folds 2 --recipe lifter", "evaluate lifter"),
        ]
        for mistake in mistakes {
            let result = try await Tool.run("train --dataset \(dataset)", mistake.options)
            #expect(result.status == 64 && result.output.isEmpty && result.errors.contains(mistake.word))
        }
    }
}
