import Foundation
import Testing

@testable import Messaging

@Suite("Recorded message")
struct RecordedMessageTests {
    private func line(_ payload: [UInt8], topic: String = "robots/r1/skeletons") throws -> [UInt8] {
        try RecordedMessage(topic: topic, at: 1.5, payload: payload).line()
    }

    private func read(_ line: [UInt8]) throws -> RecordedMessage {
        var reader = RecordedMessageReader()
        return try reader.read(line)
    }

    @Test("a JSON object is embedded byte for byte, numbers as they were written")
    func embedded() throws {
        let payload = #"{"stamp": 1789.2000000, "x":[1e-7, 0.10], "s":"a\n"}"#
        let line = try line(Array(payload.utf8))
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"topic":"robots/r1/skeletons","at":1.5,"payload":\#(payload)}"# + "\n")
        #expect(try read(line).payload == Array(payload.utf8))
    }

    @Test("an object of several lines becomes one line")
    func severalLines() throws {
        let line = try line(Array("{\n \"a\":\r\n 1}".utf8))
        #expect(line.count { $0 == 0x0A } == 1)
        #expect(try read(line).payload == Array("{  \"a\":   1}".utf8))
    }

    @Test(
        "what is no JSON object is kept as base64, and comes back as it was",
        arguments: [
            [], [0xFF, 0xD8, 0, 10], Array("[1]".utf8), Array("7".utf8), Array("{\"a\":}".utf8),
            Array("{}{}".utf8), Array("{\"a\":1},\"topic\":\"other\",\"b\":{}".utf8),
            Array(#"{"a":"\#(Array(repeating: "[", count: 40))"#.utf8),
            Array((String(repeating: "{\"a\":", count: 32) + "1" + String(repeating: "}", count: 32)).utf8),
        ] as [[UInt8]])
    func binary(payload: [UInt8]) throws {
        let line = try line(payload)
        #expect(String(decoding: line, as: UTF8.self).contains(#""base64":""#))
        #expect(line.count { $0 == 0x0A } == 1)
        #expect(try read(line) == RecordedMessage(topic: "robots/r1/skeletons", at: 1.5, payload: payload))
    }

    @Test(
        "any topic comes back as it was",
        arguments: ["a\"b\\c", "ä/ö", String(repeating: "long/", count: 99)])
    func topics(topic: String) throws {
        #expect(try read(line(Array("{}".utf8), topic: topic)).topic == topic)
    }

    @Test("fields come in any order, and unknown ones are passed over")
    func order() throws {
        let text = #" {"x":[{}], "payload":{"a":1}, "at":2e0, "topic":"t"} "#
        #expect(try read(Array(text.utf8)) == .init(topic: "t", at: 2, payload: Array(#"{"a":1}"#.utf8)))
        let escaped = #"{"topic":"t","at":0,"base64":"\/w=="}"#
        #expect(try read(Array(escaped.utf8)).payload == [0xFF])
    }

    @Test(
        "a line that holds no message says why",
        arguments: [
            ("", .malformedLine), ("{", .malformedLine), ("[]", .malformedLine), ("\u{0}", .malformedLine),
            (#"{"topic":"t","payload":{}}"#, .malformedLine), (#"{"at":1,"payload":{}}"#, .malformedLine),
            (#"{"topic":"t","at":-1,"payload":{}}"#, .malformedLine),
            (#"{"topic":"t","at":1e999,"payload":{}}"#, .malformedLine),
            (#"{"topic":7,"at":1,"payload":{}}"#, .malformedLine),
            (#"{"topic":"t","at":1}"#, .noPayload), (#"{"topic":"t","at":1,"payload":[]}"#, .noPayload),
            (#"{"topic":"t","at":1,"base64":"?"}"#, .noPayload),
        ] as [(String, RecordedMessage.Fault)])
    func faults(line: String, fault: RecordedMessage.Fault) {
        #expect(throws: fault) { try read(Array(line.utf8)) }
    }
}
