import Foundation
import Storage
import Synchronization
import Testing

@testable import gaitctl

struct RetrainingProgressTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [[String: Any]] {
            lines.withLock { $0 }.compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            }
        }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("progress grows over the stages and gives the time left; nothing follows the end")
    func lines() {
        let lines = Lines()
        let progress = RetrainingProgress(
            job: 5, hasGenerator: true, started: Date(timeIntervalSinceNow: -45), write: { lines.add($0) })
        progress.begin(.generator, epochs: 2)
        progress.begin(.synthesis)
        progress.begin(.classifier, epochs: 4)
        progress.begin(.evaluation)
        progress.end(.rejected) { ($0.reason, $0.metrics, $0.model) = ("no gain", ["gain": 0], 4) }
        progress.end(.failed) { $0.reason = "late" }
        progress.begin(.classifier)
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
        let progress = RetrainingProgress(job: nil, hasGenerator: false, write: { lines.add($0) })
        progress.begin(.classifier, epochs: 4)
        progress.begin(.evaluation)
        #expect(lines.all.compactMap { $0["progress"] as? Double } == [0, 0.95])
        #expect(lines.all.allSatisfy { $0["job"] == nil })
    }
}
