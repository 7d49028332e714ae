import Foundation
import Gait
import Synchronization
import Testing

@testable import gaitctl

@Suite("RetrainingReporter")
struct RetrainingReporterTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [[String: Any]] {
            lines.withLock { $0 }.compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            }
        }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test(
        "progress grows over the stages, the time that is left follows from it, and nothing comes after the end"
    )
    func lines() {
        let lines = Lines()
        let reporter = RetrainingReporter(
            job: 5, hasGenerator: true, started: Date(timeIntervalSinceNow: -45), write: { lines.add($0) })
        reporter.begin(.generator, epochs: 2)
        reporter.begin(.synthesis)
        reporter.begin(.classifier, epochs: 4)
        reporter.begin(.evaluation)
        reporter.end(RetrainingOutcome(.rejected, reason: "no gain", model: 4, metrics: ["gain": 0]))
        reporter.end(RetrainingOutcome(.failed, reason: "late"))
        reporter.begin(.classifier)
        let all = lines.all
        #expect(all.compactMap { $0["progress"] as? Double } == [0, 0.5, 0.52, 0.97, 1])
        #expect(all[0]["eta_s"] == nil)
        let left = all[2]["eta_s"] as? Double ?? 0
        #expect((40...43).contains(left), "\(left)")
        #expect(all[4]["state"] as? String == "rejected" && all[4]["reason"] as? String == "no gain")
        #expect(all[4]["model"] as? Int == 4 && all[4]["eta_s"] == nil)
        #expect(all.allSatisfy { $0["job"] as? Int == 5 && $0["stage"] is String })
    }

    @Test("without a generator the classifier is most of it")
    func withoutGenerator() {
        let lines = Lines()
        let reporter = RetrainingReporter(job: nil, hasGenerator: false, write: { lines.add($0) })
        reporter.begin(.classifier, epochs: 4)
        reporter.begin(.evaluation)
        #expect(lines.all.compactMap { $0["progress"] as? Double } == [0, 0.95])
        #expect(lines.all.allSatisfy { $0["job"] == nil })
    }
}
