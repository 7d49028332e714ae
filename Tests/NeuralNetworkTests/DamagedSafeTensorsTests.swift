import Foundation
import TestSupport
import Testing

@testable import NeuralNetwork

@Suite("A damaged safetensors file")
struct DamagedSafeTensorsTests {
    /// The bytes of a file with the given header and body.
    private func file(_ header: String, body: [UInt8] = [], length: UInt64? = nil) -> Data {
        var data = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
        data.append(contentsOf: header.utf8)
        data.append(contentsOf: body)
        return data
    }

    private func tensor(_ type: String = "F32", _ shape: String = "[2]", _ offsets: String = "[0,8]")
        -> String
    {
        #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    private func reason(_ data: Data) -> String? {
        do {
            _ = try SafeTensors(data, path: "file")
            return nil
        } catch .malformed("file", let reason) {
            return reason
        } catch {
            return "another error: \(error)"
        }
    }

    @Test("is refused wherever it is cut off")
    func truncation() throws {
        let entries = ["a", "b"].map { SafeTensors.Entry(name: $0, shape: [3], values: [1, 2, 3]) }
        let whole = try SafeTensors.encode(entries, metadata: ["key": "value"])
        #expect(reason(whole) == nil)
        for length in 0..<whole.count {
            #expect(reason(whole.prefix(length)) != nil, "cut to \(length) of \(whole.count) bytes")
        }
        #expect(reason(whole + [0]) == "its tensors end at byte 24, but 25 bytes follow the header")
    }

    @Test("is refused or read, but never a crash, whichever byte is changed")
    func changedBytes() throws {
        let entries = ["a", "b"].map { SafeTensors.Entry(name: $0, shape: [3], values: [1, 2, 3]) }
        let whole = try SafeTensors.encode(entries, metadata: ["key": "value"])
        var refused = 0
        for place in whole.indices {
            for value in [0, 0x22, 0x2D, 0x39, 0x7B, 0x7F, 0xFF] as [UInt8] {
                var changed = whole
                changed[place] = value
                refused += reason(changed) == nil ? 0 : 1
            }
        }
        #expect(refused > whole.count)
    }

    @Test(
        "with a header length that it has not, is refused",
        arguments: [9, 1 << 31, 1 << 32, 1 << 62, UInt64(Int.max), UInt64(Int.max) + 1, .max - 7, .max])
    func headerLength(length: UInt64) throws {
        #expect(try #require(reason(file("{}", length: length))).hasPrefix("its header says \(length) bytes"))
    }

    @Test(
        "with a header that is no JSON object, is refused",
        arguments: ["", "x", "[]", "3", "{", "{\"a\":}", "\u{0}"])
    func header(text: String) {
        #expect(reason(file(text)) == "its header is not a JSON object")
    }

    @Test("with a header of a million brackets, is refused")
    func nesting() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(reason(file(deep)) == "its header is not a JSON object")
        #expect(reason(file("{\"a\":\(deep)")) == "its header is not a JSON object")
    }

    @Test("with a tensor that is not described, is refused by its name")
    func description() {
        let body = [UInt8](repeating: 0, count: 8)
        for text in ["3", "null", "[]", "\"F32\""] {
            #expect(reason(file("{\"w\":\(text)}", body: body)) == "tensor w is not described")
        }
        let lacking = "tensor w lacks dtype, shape or data_offsets"
        for text in [
            "{}", tensor("F32", "2"), tensor("F32", "[2.5]"), tensor("F32", "[1e300]"),
            tensor("F32", "[\"2\"]"),
            tensor("F32", "[null]"), tensor("F32", "[2]", "[0]"), tensor("F32", "[2]", "[0,4,8]"),
            tensor("F32", "[2]", "{}"), tensor("F32", "[2]", "[0,99999999999999999999]"),
        ] {
            #expect(reason(file("{\"w\":\(text)}", body: body)) == lacking, "\(text)")
        }
    }

    @Test("with values of another type, is refused by name", arguments: ["F16", "F64", "I64", "BF16", ""])
    func type(name: String) {
        let found = reason(file("{\"w\":\(tensor(name))}", body: Array(repeating: 0, count: 8)))
        #expect(found == "tensor w is \(name), only F32 is read")
    }

    @Test(
        "with a shape that cannot be, is refused",
        arguments: [
            "[-1]", "[-1,-2]", "[4294967296,4294967296]", "[9223372036854775807,2]", "[3]", "[]", "[2,2]",
            "[0]",
        ])
    func shape(text: String) throws {
        let found = reason(file("{\"w\":\(tensor("F32", text))}", body: Array(repeating: 0, count: 8)))
        #expect(try #require(found).hasPrefix("tensor w "))
    }

    @Test(
        "with values outside it, is refused",
        arguments: [
            "[-8,0]", "[8,0]", "[0,16]", "[8,16]", "[0,9223372036854775807]", "[-9223372036854775808,0]",
        ])
    func offsets(text: String) throws {
        let found = reason(file("{\"w\":\(tensor("F32", "[2]", text))}", body: Array(repeating: 0, count: 8)))
        #expect(try #require(found).contains("outside the 8 bytes"))
    }

    @Test("with tensors that overlap or leave gaps, is refused")
    func layout() {
        let body = [UInt8](repeating: 0, count: 16)
        func pair(_ first: String, _ second: String) -> Data {
            file("{\"a\":\(tensor("F32", "[2]", first)),\"b\":\(tensor("F32", "[2]", second))}", body: body)
        }
        #expect(reason(pair("[0,8]", "[8,16]")) == nil)
        #expect(reason(pair("[8,16]", "[0,8]")) == nil)
        #expect(reason(pair("[0,8]", "[4,12]")) == "tensor b begins at byte 4, the one before it ends at 8")
        #expect(reason(pair("[0,8]", "[0,8]")) != nil)
        #expect(reason(file("{\"a\":\(tensor("F32", "[2]", "[8,16]"))}", body: body)) != nil)
        #expect(reason(file("{\"a\":\(tensor())}", body: body)) != nil)
        #expect(reason(file("{}", body: body)) != nil)
    }

    @Test(
        "with values that are not finite, is refused by name", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) {
        let body = [1, value].flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
        #expect(reason(file("{\"w\":\(tensor())}", body: body)) == "tensor w has values that are not finite")
    }

    @Test("with metadata that is no table of text, is refused", arguments: ["3", "[]", "{\"a\":1}", "null"])
    func metadata(text: String) {
        #expect(reason(file("{\"__metadata__\":\(text)}")) == "its metadata is not a table of text")
    }

    @Test("that is none, is an error that says so")
    func noFile() throws {
        let folder = try TemporaryFolder()
        func error(_ path: String) -> String? {
            do {
                _ = try SafeTensors(contentsOf: path)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(error(folder.path("absent")) == "\(folder.path("absent")): no such file")
        #expect(error(folder.path("")) == "\(folder.path("")): it is not a file")
        #expect(error("/dev/zero") == "/dev/zero: it is not a file")
        let empty = folder.path("empty")
        try Data().write(to: URL(filePath: empty))
        #expect(
            error(empty)
                == "\(empty) is not a whole safetensors file: it has 0 bytes, a header needs at least 8")
    }
}
