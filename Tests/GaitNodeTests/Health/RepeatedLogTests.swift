import Logging
import Synchronization
import Testing

@testable import GaitNode

@Suite("Repeated log lines")
struct RepeatedLogTests {
    @Test("the first of a reason is written, then one a minute with the number of those left out")
    func limits() {
        let lines = LogLines()
        var log = RepeatedLog(logger: lines.logger)
        for second in 0..<90 { log.warning("late", at: Double(second)) { "late frame" } }
        log.warning("unknown", at: 90) { "unknown layout" }
        #expect(
            lines.all == ["late frame", "late frame (and 59 more of this kind before)", "unknown layout"])
    }
}
