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

    /// A body that stands still in all pictures of a person, as the 17 keypoints of COCO: from behind with left on the left.
    private static func line(person: Int, frame: Int) -> String {
        let isBehind = (3...5).contains(person % 8)
        let pairs: [(SIMD2<Int>, SIMD2<Int>)] = [
            (SIMD2(12, -8), SIMD2(-12, -8)), (SIMD2(20, -4), SIMD2(-20, -4)), (SIMD2(45, 60), SIMD2(-45, 60)),
            (SIMD2(55, 130), SIMD2(-55, 130)), (SIMD2(55, 190), SIMD2(-55, 190)),
            (SIMD2(25, 210), SIMD2(-25, 210)), (SIMD2(25, 310), SIMD2(-25, 310)),
            (SIMD2(25, 410), SIMD2(-25, 410)),
        ]
        let points = [SIMD2(0, 0)] + pairs.flatMap { isBehind ? [$1, $0] : [$0, $1] }
        let joints = points.map { "[\(640 + $0.x),\(150 + $0.y),0.8]" }.joined(separator: ",")
        let picture = String(format: "seed1-%03d/%05d.jpg", person, frame)
        return
            #"{"frame":"\#(picture)","layout":"coco17","origin":"image","image":{"width":1280,"height":720},"bodies":[{"joints":[\#(joints)]}]}"#
    }

    @Test("an estimator outside of gaitd is measured by what it found in the figures' pictures")
    func ownEstimator() async throws {
        let frames = files.folder.path("figures")
        let written = try await Tool.run("evaluate lifter --calibrate --people 1 --write-frames \(frames)")
        #expect(written.status == 0)
        let pictures = try FileManager.default.contentsOfDirectory(atPath: "\(frames)/seed1-000")
        #expect(pictures.count == 150 && pictures.contains("00149.jpg"))

        let lines = (0..<8).flatMap { person in (0..<150).map { Self.line(person: person, frame: $0) } }
        let found = try files.folder.write("found.jsonl", lines.joined(separator: "\n"))
        let table = try await Tool.run(
            "evaluate lifter --calibrate --people 8 --keypoints \(found) --name still --json"
        ).object()
        #expect(table["estimator"] as? String == "still")
        let directions = try #require(table["directions"] as? [[String: Any]])
        #expect(directions.compactMap { $0["bearing"] as? Int } == [0, 45, 90, 135, 180])
        // What stands still shows nothing of a foot's motion, and a walking figure's foot moves.
        let joints = try #require(directions[2]["joints"] as? [String: [String: Any]])
        let foot = try #require(joints["l_foot"])
        #expect((foot["gain"] as? [Double]).map { abs($0[0]) < 0.01 } == true)
        #expect((foot["confidence"] as? Double).map { abs($0 - 0.8) < 0.01 } == true)
    }

    @Test("keypoints that cannot be used are named by their line")
    func wrongKeypoints() async throws {
        let good = Self.line(person: 0, frame: 0)
        for (text, words) in [
            ("", "has no body"), ("\(good)\nnone", "line 2"),
            (good.replacing("\"frame\"", with: "\"file\""), "line 1"),
            (good.replacing("1280", with: "0"), "line 1"),
            (good.replacing("seed1", with: "seed2"), "seed2-000"),
        ] {
            let found = try files.folder.write("found.jsonl", text)
            try await Tool.run("evaluate lifter --calibrate --keypoints \(found) --name x")
                .expectFailure(1, saying: words)
        }
        for (options, words) in [
            ("--keypoints x --name y --dataset z", "--calibrate"), ("--calibrate --keypoints x", "--name"),
            ("--calibrate --name x", "--keypoints"),
            ("--calibrate --keypoints x --name y --write-frames z", "either"),
        ] as [(CommandWords, String)] {
            let result = try await Tool.run("evaluate lifter", options)
            #expect(result.status == 64 && result.errors.contains(words), "\(result)")
        }
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
