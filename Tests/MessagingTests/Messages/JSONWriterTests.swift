import Foundation
import Messaging
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    private func read(_ write: (inout JSONWriter) -> Void) throws -> JSONValue {
        var writer = JSONWriter()
        write(&writer)
        return try JSONValue(decoding: writer.bytes)
    }

    @Test(
        "a string is read back as it was, whatever is in it",
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

    @Test("a number that is not finite is told, until the writer begins anew")
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
