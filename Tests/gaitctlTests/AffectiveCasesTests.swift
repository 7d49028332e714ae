import Foundation
import Gait
import Testing

@testable import gaitctl

/// The cases beside the project; nil where they are absent.
private let sharedCases: String? = {
    var root = URL(filePath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let file = root.appending(path: "../shared/fixtures/affective.cases.json").standardizedFileURL
    let path = file.path(percentEncoded: false)
    return FileManager.default.fileExists(atPath: path) ? path : nil
}()

@Suite("Affective cases")
struct AffectiveCasesTests {
    @Test(
        "features and normalisation agree with the cases within 1e-3",
        .enabled(if: sharedCases != nil, "../shared/fixtures is absent"))
    func shared() throws {
        let worst = try AffectiveCases(contentsOf: #require(sharedCases)).worstError()
        #expect(worst.relativeError > 0)
        #expect(worst.relativeError < 1e-3, "\(worst)")
    }

    @Test(
        "a wrong value is found and named",
        .enabled(if: sharedCases != nil, "../shared/fixtures is absent"))
    func wrongValue() throws {
        let data = try Data(contentsOf: URL(filePath: #require(sharedCases)))
        var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        var cases = try #require(object["cases"] as? [[String: Any]])
        var features = try #require(cases[1]["affective"] as? [Double])
        features[27] *= 1.5
        cases[1]["affective"] = features
        object["cases"] = cases
        let file = FileManager.default.temporaryDirectory.appending(path: "cases-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try JSONSerialization.data(withJSONObject: object).write(to: file)
        let worst = try AffectiveCases(contentsOf: file.path(percentEncoded: false)).worstError()
        #expect(worst.value == "stride_frames")
        #expect(worst.caseIndex == 1)
        #expect(abs(worst.relativeError - 1.0 / 3) < 1e-4)
    }

    @Test("small values are compared by at least 0.01, and what is no number is worst of all")
    func relativeErrors() {
        var worst = WorstError()
        worst.add(0.001, expected: 0, value: "small", caseIndex: 0)
        #expect(abs(worst.relativeError - 0.1) < 1e-12)
        worst.add(-90, expected: -100, value: "equal", caseIndex: 1)
        #expect(worst.value == "small")
        worst.add(.nan, expected: 1, value: "none", caseIndex: 2)
        worst.add(1e9, expected: 1, value: "large", caseIndex: 3)
        #expect(worst.value == "none")
        #expect(worst.relativeError.isFinite)
    }

    @Test("a file that holds no cases is a failure that names it", arguments: ["", "{}", #"{"cases":[]}"#])
    func noCases(text: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cases-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        let path = file.path(percentEncoded: false)
        let failure = try #require(throws: CommandFailure.self) { try AffectiveCases(contentsOf: path) }
        #expect(failure.message.hasPrefix(path))
        #expect(failure.exitStatus == 1)
    }
}
