import Foundation
import Testing

@testable import Messaging

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

struct SkeletonStampTests {
    private func moved(_ payload: String, by seconds: Double) -> String {
        var stamps = SkeletonStamp()
        var bytes = Array(payload.utf8)
        stamps.move(&bytes, by: seconds)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("the stamp moves, and every other byte stays")
    func moves() {
        #expect(
            moved(#"{"layout": "step16", "stamp" : 1789.250, "bodies":[{"stamp":1.50}]}"#, by: 0.75)
                == #"{"layout": "step16", "stamp" : 1790.0, "bodies":[{"stamp":1.50}]}"#)
        #expect(moved(#"{"stamp":5e0}"#, by: -2.25) == #"{"stamp":2.75}"#)
    }

    @Test(
        "a payload without a stamp stays as it is",
        arguments: ["", "{}", "{", "[1]", #"{"stamp":null}"#, #"{"stamp":"5"}"#, #"{"a":{"stamp":5}}"#])
    func without(payload: String) {
        #expect(moved(payload, by: 1) == payload)
    }

    @Test("a stamp of today keeps its microseconds")
    func precision() {
        #expect(moved(#"{"stamp":1789000000.123456}"#, by: 1) == #"{"stamp":1789000001.123456}"#)
    }
}

struct ReplayClockTests {
    private func stamps(_ clock: ReplayClock, _ recorded: [Double], passes: Int) -> [Double] {
        var clock = clock
        return (0..<passes).flatMap { pass -> [Double] in
            clock.pass = pass
            return recorded.map { stamp in
                var payload = Array(#"{"stamp":\#(stamp)}"#.utf8)
                clock.move(&payload, on: "robots/r1/skeletons", now: 5000)
                var reader = SkeletonStamp()
                return reader.find(in: payload)?.seconds ?? .nan
            }
        }
    }

    @Test("stamps stay in the first pass and go on evenly in the next ones")
    func passes() {
        #expect(
            stamps(ReplayClock(restamps: false), [10, 10.5, 11], passes: 3)
                == [10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14])
    }

    @Test("restamped, the first one is now")
    func now() {
        #expect(stamps(ReplayClock(restamps: true), [10, 10.5], passes: 2) == [5000, 5000.5, 5001, 5001.5])
    }

    @Test("a payload without a stamp stays as it is")
    func without() {
        var clock = ReplayClock(restamps: true)
        var payload = Array(#"{"bodies":[]}"#.utf8)
        clock.move(&payload, on: "robots/r1/skeletons", now: 5000)
        #expect(payload == Array(#"{"bodies":[]}"#.utf8))
    }
}
