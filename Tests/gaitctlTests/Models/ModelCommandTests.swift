import Foundation
import NeuralNetwork
import TestSupport
import Testing

@Suite("gaitctl model")
struct ModelCommandTests {
    private let released = SharedData.fixture("step-baseline-official.safetensors")
    private let cases = SharedData.fixture("step-baseline-official.cases.safetensors")

    @Test("the released weights compute what they should", .sharedData)
    func verified() async throws {
        let result = try await Tool.run("model verify --weights \(released) --cases \(cases)")
        #expect(result.status == 0)
        let printed = try #require(result.output.firstMatch(of: #/^max_abs_logit_error=([-+.e0-9]+) /#))
        #expect(try #require(Double(printed.1)) <= 1e-4)
        let object = try await Tool.run("model verify --weights \(released) --cases \(cases) --json").object()
        let error = try #require(object["max_abs_logit_error"] as? Double)
        #expect(try abs(error - #require(Double(printed.1))) <= 1e-3 * error, "four digits are printed")
    }

    @Test(
        "logits that differ or are not finite end with 1",
        .sharedData, arguments: [Float(0.5), .nan, .infinity])
    func differs(by change: Float) async throws {
        let folder = try TemporaryFolder()
        let file = try SafeTensors(contentsOf: cases)
        let changed = file.names.compactMap { file[$0] }.map { entry -> SafeTensors.Entry in
            guard entry.name == "logits" else { return entry }
            var values = entry.values
            values[0] += change
            return SafeTensors.Entry(name: entry.name, shape: entry.shape, values: values)
        }
        let path = folder.path("cases.safetensors")
        try SafeTensors.write(changed, metadata: [:], to: path)
        let result = try await Tool.run("model verify --weights \(released) --cases \(path)")
        #expect(result.status == 1)
        let line = result.errors.split(separator: "\n")
        #expect(line.count == 1 && line[0].hasPrefix("gaitctl: "), "\(result)")
    }

    @Test("a generator is shown and verified, and refused where a classifier is needed", .sharedData)
    func generator() async throws {
        let path = SharedData.fixture("step-gen-official.safetensors")
        let shown = try await Tool.run("model show --weights \(path)")
        #expect(shown.status == 0 && shown.output.contains("latent=32"), "\(shown)")
        let cases = SharedData.fixture("step-gen-official.cases.safetensors")
        let verified = try await Tool.run("model verify --weights \(path) --cases \(cases)")
        #expect(verified.status == 0 && verified.output.hasPrefix("max_abs_error="), "\(verified)")
        let refused = try await Tool.run("benchmark inference --weights \(path) --json")
        #expect(refused.status == 78 && refused.errors.contains(path), "\(refused)")
    }

    @Test(
        "a pose network is verified, and refused with another's cases",
        .sharedData,
        arguments: [("pose_detection", "pose_landmark_lite"), ("pose_landmark_lite", "pose_detection")])
    func poseNetwork(name: String, other: String) async throws {
        let path = SharedData.model("\(name).tflite")
        let verified = try await Tool.run(
            "model verify --weights \(path) --cases \(SharedData.fixture("\(name).cases.safetensors"))")
        let printed = try #require(verified.output.firstMatch(of: #/^max_abs_error=([-+.e0-9]+) /#))
        #expect(verified.status == 0 && (Double(printed.1) ?? 1) <= 1e-4, "\(verified)")
        let refused = try await Tool.run(
            "model verify --weights \(path) --cases \(SharedData.fixture("\(other).cases.safetensors"))")
        #expect(refused.status == 1 && refused.errors.contains(other), "\(refused)")
    }

    @Test("cases that do not fit the model are a failure", .sharedData)
    func unfitting() async throws {
        let folder = try TemporaryFolder()
        let empty = folder.path("empty")
        try SafeTensors.write(
            [
                .init(name: "x", shape: [1 << 40, 0], values: []),
                .init(name: "logits", shape: [0], values: []),
            ],
            metadata: [:], to: empty)
        for path in [released, empty, "/nowhere"] {
            try await Tool.run("model verify --weights \(released) --cases \(path)")
                .expectFailure(1, saying: path)
        }
    }

    @Test("a model says what it is, as text and as one object")
    func shown() async throws {
        let files = try WalkFiles()
        let model = try await files.model()
        let text = try await Tool.run("model show --weights \(model)")
        #expect(text.status == 0)
        #expect(text.output.contains("labels=angry,happy,neutral,sad"))
        let object = try await Tool.run("model show --weights \(model) --json").object()
        #expect((object["sha256"] as? String)?.count == 64)
        #expect(text.output.contains("sha256=\(object["sha256"] as? String ?? "-")"))
        #expect((object["description"] as? [String: Any])?["kind"] as? String == "svm")
    }
}
