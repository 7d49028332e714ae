import Foundation
import Gait
import TestSupport
import Testing

@testable import gaitctl

struct AffectiveCasesTests {
    private let sharedCases = SharedData.fixture("affective.cases.json")

    @Test("features and normalization agree with the cases within 1e-3", .sharedData)
    func shared() throws {
        let worst = try AffectiveCases(contentsOf: sharedCases).worstError()
        #expect(worst.relativeError > 0)
        #expect(worst.relativeError < 1e-3, "\(worst)")
    }

    @Test("a wrong value is found and named", .sharedData)
    func wrongValue() throws {
        let data = try Data(contentsOf: URL(filePath: sharedCases))
        var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        var cases = try #require(object["cases"] as? [[String: Any]])
        var features = try #require(cases[1]["affective"] as? [Double])
        features[27] *= 1.5
        cases[1]["affective"] = features
        object["cases"] = cases
        let folder = try TemporaryFolder()
        let file = try folder.write("cases.json", JSONSerialization.data(withJSONObject: object))
        let worst = try AffectiveCases(contentsOf: file).worstError()
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
        let folder = try TemporaryFolder()
        let path = try folder.write("cases.json", text)
        let failure = try #require(throws: CommandFailure.self) { try AffectiveCases(contentsOf: path) }
        #expect(failure.message.hasPrefix(path))
        #expect(failure.exitStatus == 1)
    }
}
