import Foundation
import Gait
import Testing

@Suite("RetrainingProgress")
struct RetrainingProgressTests {
    private func report(_ text: String) throws -> RetrainingReport {
        try JSONDecoder().decode(RetrainingReport.self, from: Data(text.utf8))
    }

    @Test("a report replaces the fields that it has, and a new stage those of the old one")
    func update() throws {
        var progress = RetrainingProgress(.running)
        progress.update(
            with: try report(
                #"{"state":"running","stage":"classifier","progress":0.4,"epoch":3,"epochs":9,"loss":0.5}"#
            ).progress)
        #expect(progress.stage == .classifier && progress.epoch == 3 && progress.fraction == 0.4)
        progress.update(with: try report(#"{"stage":"evaluation","progress":7,"eta_s":3.5}"#).progress)
        #expect(progress.epoch == nil && progress.fraction == 1 && progress.eta == 3.5)
        let end = try report(
            #"{"job":5,"state":"rejected","reason":"not better","metrics":{"a":1},"model":4,"serving":false}"#
        )
        #expect(end.job == 5 && end.isServing == false && end.progress.state == .rejected)
        progress.update(with: end.progress)
        #expect(progress.state == .running && progress.reason == "not better" && progress.model == 4)
        progress.end(end.progress.outcome)
        #expect(progress.state == .rejected && progress.eta == nil && progress.metrics == ["a": 1])
    }

    @Test(
        "what is no report is an error",
        arguments: ["", "garbage", "[]", #"{"stage":"lunch"}"#, #"{"progress":"half"}"#, #"{"epoch":1.5}"#])
    func damaged(text: String) {
        #expect(throws: (any Error).self) { try report(text) }
    }

    @Test("a report is written with the fields that it has, and read as the same")
    func written() throws {
        var report = RetrainingReport(
            job: nil, progress: RetrainingProgress(stage: .generator, fraction: 0.5))
        report.note = "the store begins with 8 gaits"
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(report), as: UTF8.self)
        #expect(
            text
                == #"{"note":"the store begins with 8 gaits","progress":0.5,"stage":"generator","state":"queued"}"#
        )
        #expect(try self.report(text) == report)
    }

    @Test("settings are the options that gaitd passes to its child")
    func arguments() {
        var settings = RetrainingSettings()
        (settings.request.epochs, settings.request.budget, settings.request.activate) = (7, 33, .never)
        let text = settings.arguments.joined(separator: " ")
        for part in ["--epochs 7 ", "--per-class 20 ", "--budget 33.0 ", "--activate never ", "--threads 1 "]
        {
            #expect(text.contains(part), "\(text)")
        }
    }
}
