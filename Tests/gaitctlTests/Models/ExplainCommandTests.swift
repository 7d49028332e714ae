import Foundation
import Gait
import TestSupport
import Testing

@testable import gaitctl

@Suite("gaitctl explain")
struct ExplainCommandTests {
    private static let model = PackageFolder.classifier

    @Test("the explanation has every joint at every time, the shares, the features and the probabilities")
    func object() async throws {
        let object = try await Tool.run("explain --model \(Self.model) --simulate sad --json").object()
        #expect(object["joints"] as? [String] == Joint.allCases.map(\.name))
        let values = try #require(object["values"] as? [[Double]])
        #expect(values.count == 75 && values.allSatisfy { $0.count == 16 })
        #expect(values.joined().max() == 1 && values.joined().allSatisfy { $0 >= 0 })
        #expect((object["times"] as? [Double])?.count == 75)
        let top = try #require(object["top_joints"] as? [[String: Any]])
        let shares = top.compactMap { $0["share"] as? Double }
        #expect(shares.count == 16 && abs(shares.reduce(0, +) - 1) < 1e-4 && shares == shares.sorted(by: >))
        let probabilities = try #require(object["probabilities"] as? [String: Double])
        #expect(object["label"] as? String == object["most_probable"] as? String)
        #expect(probabilities.max { $0.value < $1.value }?.key == object["label"] as? String)
        #expect((object["top_features"] as? [[String: Any]])?.count == 5)
    }

    @Test("another label, and the plain gradient, are explained on demand; text ranks the joints")
    func text() async throws {
        let result = try await Tool.run(
            "explain --model \(Self.model) --simulate sad --label angry --method plain")
        try #require(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("what supported angry"))
        #expect(result.output.contains(#/\n  l_hand +[█░]{10} +[0-9.]+ %, most at [0-9.]+ s\n/#))
    }

    @Test("a window of a data set is drawn with its joints over time")
    func drawing() async throws {
        let files = try WalkFiles()
        let path = files.folder.path("why.svg")
        let object = try await Tool.run(
            "explain --model \(Self.model) --dataset \(files.dataset()) --gait happy-1 --svg \(path) --json"
        ).object()
        // The last window of 80 frames.
        let times = try #require(object["times"] as? [Double])
        #expect(times.count == 75 && abs(times[0] - 5.0 / 30) < 1e-9)
        let picture = try XMLPicture(String(contentsOfFile: path, encoding: .utf8))
        #expect(picture.all("circle").count == Joint.count)
        #expect(picture.text.contains("happy-1") && picture.text.contains("l_hand"))
    }

    @Test("an SVM, an unknown label, and two people at once are refused by name")
    func refusals() async throws {
        let files = try WalkFiles()
        try await Tool.run("explain --model \(files.model()) --simulate sad")
            .expectFailure(78, saying: "linear SVM")
        try await Tool.run("explain --model \(Self.model) --simulate sad --label bored")
            .expectFailure(1, saying: "'bored'", "angry")
        try await Tool.run("explain --model \(Self.model) --recording \(files.recording(seconds: 4))")
            .expectFailure(1, saying: "r1/1, r1/2", "--person")
    }
}
