import Foundation
import Gait
import Testing

@testable import Messaging

@Suite("JSON scanner")
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
            "--1",
            "0x10", "[1,]", "[,1]", "[1 2]", "[1", "]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:2}",
            "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\u{1}\"",
            "1 1",
            "{\"a\":1]", "[1}", "'a'", "[1]]", "\u{FEFF}1",
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
