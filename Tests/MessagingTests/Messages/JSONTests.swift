import Foundation
import Gait
import Testing

@testable import Messaging

struct RequestMessageTests {
    private struct Fields: Decodable {
        struct Inner: Decodable { var f: Bool? }

        var a: String?
        var b: Double?
        var c: WholeNumber?
        var d: Bool?
        var e: Inner?
    }

    private struct Required: Decodable { var a: String }

    private static func request(_ text: String) throws -> RequestMessage {
        try RequestMessage(command: "label", payload: Array(text.utf8))
    }

    @Test("fields are read by their types, elements of an array as they stand")
    func types() throws {
        let request = try Self.request(
            #"{"a": "x\u00e9", "b": -2.5e1, "c": 7.0, "d": true, "e": {"f": false}, "g": [1, {"h": 2}], "i": null}"#
        )
        let fields = try request.decoded(Fields.self)
        #expect(fields.a == "xé" && fields.b == -25 && fields.c?.value == 7 && fields.d == true)
        #expect(fields.e?.f == false)
        #expect(
            try request.elements("g")?.map { String(decoding: $0, as: UTF8.self) } == ["1", #"{"h": 2}"#])
        #expect(try request.elements("i") == nil)
        #expect(try Self.request("").decoded(Fields.self).a == nil)
    }

    @Test(
        "an error names the field and what it must be",
        arguments: [
            (#"{"a": 1}"#, "a", "a string"), (#"{"b": "1"}"#, "b", "a number"),
            (#"{"c": 1.5}"#, "c", "a whole number"), (#"{"c": 1e30}"#, "c", "a whole number"),
            (#"{"d": "true"}"#, "d", "true or false"), (#"{"e": []}"#, "e", "an object"),
            (#"{"e": {"f": 1}}"#, "e.f", "true or false"),
        ])
    func illTyped(text: String, field: String, expected: String) throws {
        let request = try Self.request(text)
        #expect(throws: RequestMessage.Fault.illTyped(field: field, expected: expected)) {
            try request.decoded(Fields.self)
        }
    }

    @Test("a required field is missing if it is absent or null; a number may be too large")
    func missing() throws {
        for text in ["{}", #"{"a": null}"#] {
            let request = try Self.request(text)
            #expect(throws: RequestMessage.Fault.missing(field: "a")) { try request.decoded(Required.self) }
        }
        let request = try Self.request(#"{"b": 1e999, "g": {}}"#)
        #expect(throws: RequestMessage.Fault.numberOutOfRange) { try request.decoded(Fields.self) }
        #expect(throws: RequestMessage.Fault.illTyped(field: "g", expected: "an array")) {
            try request.elements("g")
        }
    }

    @Test(
        "a payload that is not a JSON object is refused",
        arguments: [
            "[]", "1", "{", #"{"a":1}x"#, #"{"a":NaN}"#, #"{"a":1,"a":2}"#,
            "{\"a\":" + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}",
        ])
    func malformed(text: String) {
        #expect(throws: RequestMessage.Fault.self) { try Self.request(text) }
    }

    @Test("a transaction is a string or a number of bounded length")
    func transaction() throws {
        func transaction(_ json: String) throws -> String? {
            try RequestMessage(command: "label", payload: Array(#"{"transaction": \#(json)}"#.utf8))
                .transaction.map { String(decoding: $0, as: UTF8.self) }
        }
        for text in [#""a""#, "12", "1.50", "9007199254740993", "\"\(String(repeating: "ß", count: 128))\""] {
            #expect(try transaction(text) == text)
        }
        let escaped = "\"" + String(repeating: "\\u0041", count: 256) + "\""
        #expect(try transaction(escaped) == escaped)
        #expect(try transaction("null") == nil)
        #expect(throws: RequestMessage.Fault.self) { try transaction("[1]") }
        #expect(throws: RequestMessage.Fault.self) {
            try transaction("\"\(String(repeating: "x", count: 257))\"")
        }
        #expect(try RequestMessage(command: "info", payload: []).transaction == nil)
    }

    @Test("a request's topic gives its command, other topics none")
    func requestTopic() throws {
        let topics = try Topics(node: "n1")
        #expect(topics.parseRequest("gaitd/n1/request/model/list") == "model/list")
        #expect(topics.parseRequest("gaitd/n1/request/label") == "label")
        for other in [
            "gaitd/n1/request/", "gaitd/n2/request/label", "gaitd/n1/response/label", "robots/r/skeletons",
        ] { #expect(topics.parseRequest(other) == nil) }
    }
}

struct JSONScannerTests {
    /// The reason for which a text is refused; nil when it is JSON.
    private func fault(_ bytes: [UInt8]) -> RejectionReason? {
        var scanner = JSONScanner()
        do throws(SkeletonRejection) {
            try scanner.skipValue(bytes.span)
            try scanner.takeEnd(bytes.span)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        "JSON of every kind is accepted",
        arguments: [
            "null", "true", "false", "0", "-0", "12", "-1.5e-3", "1E+5", "\"\"", "[]", "{}", " [ 1 , 2 ] ",
            "{\"a\":{\"b\":[null,\"\\u00e4\\n\\ud83d\\ude00\"]}}", "\"\u{1F600}\u{E4}\u{FFFD}\"",
        ])
    func accepts(text: String) {
        #expect(fault(Array(text.utf8)) == nil)
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "nul", "nulll", "NaN", "Infinity", "-Infinity", "+1", "01", "1.", ".5", "1e", "1e+", "-",
            "--1", "0x10", "[1,]", "[,1]", "[1 2]", "[1", "]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
            "{1:2}", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
            "\"\u{1}\"", "1 1", "{\"a\":1]", "[1}", "'a'", "[1]]", "\u{FEFF}1",
        ])
    func refuses(text: String) {
        #expect(fault(Array(text.utf8)) == .malformedJSON)
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xFF], [0xC3, 0x28],
        ] as [[UInt8]])
    func refusesOtherEncodings(bytes: [UInt8]) {
        #expect(fault([0x22] + bytes + [0x22]) == .malformedJSON)
        #expect(fault([0x22] + bytes) == .malformedJSON)
    }

    @Test("nesting is bounded")
    func depth() {
        func nested(_ depth: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(ascii: "["), count: depth)
                + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
        }
        #expect(fault(nested(JSONScanner.maximumDepth)) == nil)
        #expect(fault(nested(JSONScanner.maximumDepth + 1)) == .nestedTooDeeply)
        #expect(fault([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)) == .nestedTooDeeply)
    }

    @Test("escapes are resolved")
    func escapes() throws {
        var scanner = JSONScanner()
        try scanner.string(Array("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00E4\\uD83D\\uDE00\"".utf8).span)
        #expect(String(decoding: scanner.text, as: UTF8.self) == "a\"\\/\u{8}\u{C}\n\r\tA\u{E4}\u{1F600}")
    }

    @Test("of a long string the beginning is kept")
    func longString() throws {
        var scanner = JSONScanner()
        try scanner.string(Array("\"\(String(repeating: "x", count: 1000))\"".utf8).span)
        #expect(scanner.textIsCut)
        #expect(scanner.text.count == JSONScanner.maximumTextBytes)
        #expect(scanner.shortText == nil)
    }

    @Test("numbers are those that strtod reads, within four units in the last place")
    func numbers() throws {
        var generator = SeededGenerator(seed: 1)
        var texts = [
            "0", "-0", "1e22", "1e23", "123456789012345678901234567890", "0.1", "-1.7976931348623157e308",
            "4.9e-324", "2.2250738585072014e-308", "1e-400", "0.000000000000000000000000000001",
            "1789123456.789012", "9007199254740993", "18446744073709551616", "1e-320", "0e999999999999",
        ]
        for _ in 0..<20_000 {
            let value = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &generator))
            if value.isFinite { texts.append("\(value)") }
            texts.append("\(Double.random(in: -10...10, using: &generator))")
            texts.append(String(format: "%.3f", Double.random(in: -5000...5000, using: &generator)))
        }
        for text in texts {
            var scanner = JSONScanner()
            let value = try scanner.number(Array(text.utf8).span)
            let expected = strtod(text, nil)
            let tolerance = 4 * max(expected.ulp, Double.leastNonzeroMagnitude)
            #expect(abs(value - expected) <= tolerance, "\(text): \(value)")
        }
    }

    @Test("a number too large for a Double is infinite")
    func infinite() throws {
        for text in ["1e400", "1e99999999999999999999", "\(String(repeating: "9", count: 400))"] {
            var scanner = JSONScanner()
            #expect(try scanner.number(Array(text.utf8).span) == .infinity)
        }
        var scanner = JSONScanner()
        #expect(try scanner.number(Array("-1e400".utf8).span) == -.infinity)
    }
}

struct JSONWriterTests {
    private func read(_ write: (inout JSONWriter) -> Void) throws -> JSONValue {
        var writer = JSONWriter()
        write(&writer)
        return try JSONValue(decoding: writer.bytes)
    }

    @Test(
        "a string with any content is read back as it was",
        arguments: ["", "plain", "quote \" and \\ back", "line\nend\ttab\u{0}\u{1F}", "häßlich 🦊 \u{2028}"])
    func strings(text: String) throws {
        #expect(try read { $0.string(text) } == .string(text))
    }

    @Test(
        "numbers are read back exactly",
        arguments: [0, -0.0, 1, 1789.25, 1_763_948_228.123456, 1e-9, -2.5e-300, 1.7976931348623157e308])
    func numbers(value: Double) throws {
        #expect(try read { $0.number(value) } == .number(value))
        let single = Float(value)
        guard single.isFinite else { return }
        var writer = JSONWriter()
        writer.number(single)
        #expect(Float(String(decoding: writer.bytes, as: UTF8.self)) == single)
    }

    @Test("decimals are rounded, and all of them written")
    func decimals() {
        func written(_ value: Double, _ decimals: Int) -> String {
            var writer = JSONWriter()
            writer.number(value, decimals: decimals)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(written(0, 4) == "0.0000")
        #expect(written(-0.00001, 4) == "0.0000")
        #expect(written(1.23456, 4) == "1.2346")
        #expect(written(-0.05, 2) == "-0.05")
        #expect(written(9.9996, 3) == "10.000")
        #expect(written(10, 1) == "10.0")
        #expect(written(-999_999_999.5, 1) == "-999999999.5")
        #expect(written(1e12, 4) == "1000000000000.0")
        for index in -2000...2000 {
            let value = Double(index) * 0.00731
            #expect(Double(written(value, 6)) == (value * 1e6).rounded() / 1e6, "\(value)")
        }
    }

    @Test("the writer reports a number that is not finite until it begins again")
    func finite() {
        var writer = JSONWriter()
        writer.number(Double.infinity)
        writer.number(1.5)
        #expect(!writer.isFinite)
        writer.reset()
        writer.number(Double.nan, decimals: 2)
        #expect(!writer.isFinite)
        writer.reset()
        #expect(writer.isFinite && writer.bytes.isEmpty)
    }
}
