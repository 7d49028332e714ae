import Messaging
import Testing

@testable import GaitNode

@Suite("What a training child writes")
struct OutputLinesTests {
    @Test("lines come whole, however the bytes come; empty ones are passed over")
    func pieces() {
        var lines = OutputLines()
        var found: [String] = []
        for byte in Array("one\n\ntwo\nthr".utf8) {
            lines.append([byte]) { found.append(String(decoding: $0, as: UTF8.self)) }
        }
        lines.append(Array("ee\n".utf8)) { found.append(String(decoding: $0, as: UTF8.self)) }
        #expect(found == ["one", "two", "three"])
    }

    @Test("a line that is too long is passed over and counted, and the next is read")
    func tooLong() {
        var lines = OutputLines()
        var found: [Int] = []
        let long = [UInt8](repeating: 65, count: OutputLines.maximumBytes)
        lines.append(long + [10] + long + [65, 10, 66, 10]) { found.append($0.count) }
        #expect(found == [OutputLines.maximumBytes, 1] && lines.tooLong == 1)
    }

    @Test("progress is taken over field by field, a result is handed out")
    func progress() throws {
        var message = TrainingMessage(stamp: 0, job: 1, state: .running)
        func take(_ text: String) throws -> TrainingMessage.State? {
            try message.takeProgress(Array(text.utf8))
        }
        #expect(
            try take(
                #"{"state":"running","stage":"classifier","progress":0.4,"epoch":3,"epochs":9,"loss":0.5}"#)
                == nil)
        #expect(message.stage == .classifier && message.epoch == 3 && message.progress == 0.4)
        #expect(try take(#"{"stage":"evaluation","progress":7,"eta_s":3.5}"#) == nil)
        #expect(message.epoch == nil && message.progress == 1 && message.eta == 3.5)
        #expect(
            try take(#"{"state":"rejected","reason":"not better","metrics":{"a":1},"model":4}"#) == .rejected)
        #expect(message.state == .running && message.reason == "not better" && message.model == .number(4))
        let before = message
        for wrong in ["", "garbage", "[]", #"{"stage":"lunch"}"#, #"{"progress":"half"}"#, #"{"epoch":1.5}"#]
        { #expect(throws: JSONFields.Fault.self) { try take(wrong) } }
        #expect(message == before)
    }
}
