import Foundation
import TestSupport
import Testing

@testable import NeuralNetwork

struct SafeTensorsTests {
    private static let entries = [
        SafeTensors.Entry(
            name: "z.weight", shape: [2, 3], values: [0, -0.0, 1.5, .leastNonzeroMagnitude, -3e38, .pi]),
        SafeTensors.Entry(name: "a/\"ü\"", shape: [], values: [7]),
        SafeTensors.Entry(name: "empty", shape: [0, 4], values: []),
        SafeTensors.Entry(name: "b", shape: [1, 1, 5], values: [1, 2, 3, 4, 5]),
    ]

    @Test("what is written is read back bit by bit, with its metadata")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        let metadata = ["format": "gaitd", "text": "{\"a\": [1]}\nü / \\"]
        try SafeTensors.write(Self.entries, metadata: metadata, to: path)
        let file = try SafeTensors(contentsOf: path)
        #expect(file.path == path && file.metadata == metadata)
        #expect(file.names == Self.entries.map(\.name).sorted())
        for entry in Self.entries {
            let found = try #require(file[entry.name])
            #expect(found.shape == entry.shape)
            #expect(found.values.map(\.bitPattern) == entry.values.map(\.bitPattern))
        }
        #expect(file["other"] == nil)
    }

    @Test("writing is the same bytes each time, values at a multiple of eight")
    func form() throws {
        let data = try SafeTensors.encode(Self.entries, metadata: ["b": "1", "a": "2"])
        #expect(try SafeTensors.encode(Self.entries, metadata: ["a": "2", "b": "1"]) == data)
        #expect(data[0] % 8 == 0)
        #expect(data.count == 8 + Int(data[0]) + Int(data[1]) * 256 + 12 * 4)
    }

    @Test("a file is replaced whole, and nothing is left beside it")
    func replacement() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        try SafeTensors.write(Self.entries, metadata: [:], to: path)
        try SafeTensors.write([Self.entries[3]], metadata: [:], to: path)
        #expect(try SafeTensors(contentsOf: path).names == ["b"])
        #expect(try folder.contents() == ["model.safetensors"])
    }

    @Test("a reader sees the old file or the new one, never half of either")
    func atomicity() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        let large = (0..<2).map { value in
            SafeTensors.Entry(
                name: "w", shape: [100_000], values: Array(repeating: Float(value), count: 100_000))
        }
        try SafeTensors.write([large[0]], metadata: [:], to: path)
        try await withThrowingTaskGroup { group in
            group.addTask {
                for turn in 1...40 { try SafeTensors.write([large[turn % 2]], metadata: [:], to: path) }
            }
            for _ in 0..<40 {
                let values = try #require(try SafeTensors(contentsOf: path)["w"]).values
                #expect(values.count == 100_000 && Set(values).count == 1)
            }
            try await group.waitForAll()
        }
        #expect(try folder.contents() == ["model.safetensors"])
    }

    @Test("a place that cannot be written to is an error that names it")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("absent/model.safetensors")
        let error = #expect(throws: NeuralNetworkError.self) {
            try SafeTensors.write(Self.entries, metadata: [:], to: path)
        }
        #expect(try #require(error).description.hasPrefix("\(path): cannot be written"))
    }

    @Test("tensors are selected by prefix, others kept by name")
    func selection() {
        let file = SafeTensors(
            ["m.0.a", "m.1.a", "A"].map { .init(name: $0, shape: [], values: [1]) }, path: "file")
        #expect(file.selecting(prefix: "m.1.") { $0 == "A" }.names == ["A", "a"])
        #expect(file.selecting(prefix: "") { _ in false }.names == file.names)
    }
}

struct NeuralNetworkErrorTests {
    @Test("a mismatch is one line that names what is wrong, a long list shortened")
    func mismatch() {
        let error = NeuralNetworkError.mismatch(
            path: "model", missing: (0..<9).map { "m\($0)" }, unused: ["u"],
            shapes: [.init(name: "s", expected: [1, 2], found: [2])])
        #expect(
            error.description
                == "model does not fit the model: missing m0, m1, m2, m3, m4, m5 and 3 more; not used by the "
                + "model u; of another shape s expected [1, 2], found [2]")
    }

    @Test("names with line ends do not break the line")
    func lines() {
        let error = NeuralNetworkError.malformed(path: "model", reason: "tensor a\nb\r\nc is F16")
        #expect(error.description == "model is not a whole safetensors file: tensor a b c is F16")
    }
}

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
    { #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"# }

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
        "with a header other than an object is refused",
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
        ] { #expect(reason(file("{\"w\":\(text)}", body: body)) == lacking, "\(text)") }
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
        "with values that are not finite is refused by name", arguments: [Float.nan, .infinity, -.infinity])
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

@Suite("A safetensors file with anything changed")
struct SafeTensorsFuzzingTests {
    @Test("is read with finite values of its shapes or refused by name, and leaves no memory behind")
    func mutations() async {
        await #expect(processExitsWith: .success) {
            let originals = try SafeTensorsFuzzingTests.originals()
            // Half of the files have the length that their header has come to, so that damage is not seen by that alone.
            var whole = Mutations(
                originals, tokens: SafeTensorsFuzzingTests.tokens, using: TestGenerator(seed: 5))
            var headers = Mutations(
                originals.map { Array($0[8..<$0.count - 64]) }, tokens: SafeTensorsFuzzingTests.tokens,
                using: TestGenerator(seed: 6))
            let body = [UInt8](originals[0].suffix(64))
            FuzzedProcess.expectBounded(accepted: (0.005, 0.5)) { number in
                var data: Data
                if number % 2 == 0 {
                    data = Data(whole.next())
                } else {
                    let header = headers.next()
                    data = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
                    data.append(contentsOf: header + body)
                }
                do throws(NeuralNetworkError) {
                    SafeTensorsFuzzingTests.check(try SafeTensors(data, path: "file"))
                    return true
                } catch {
                    let isMalformed = if case .malformed = error { true } else { false }
                    #expect(isMalformed, "case \(number): \(error)")
                    return false
                }
            }
        }
    }

    /// Files of 64 bytes of values.
    static func originals() throws -> [[UInt8]] {
        let values = (0..<16).map { Float($0) }
        return try [
            [("a", [16])], [("weight", [2, 2, 2]), ("bias", [8])], [("a", [1, 1]), ("b", [3, 5])],
        ].map { (tensors: [(String, [Int])]) in
            let entries = tensors.map { name, shape in
                SafeTensors.Entry(name: name, shape: shape, values: Array(values.prefix(shape.reduce(1, *))))
            }
            return Array(try SafeTensors.encode(entries, metadata: ["key": "{\"name\": 1}"]))
        }
    }

    static let tokens =
        JSONTokens.all + [
            "\"F32\"", "\"F16\"", "\"shape\":[2,2]", "\"data_offsets\":[0,8]", "\"__metadata__\":", "[-1]",
            "[0,64]", "[4294967296,4294967296]",
        ]

    static func check(_ tensors: SafeTensors) {
        for name in tensors.names {
            guard let entry = tensors[name] else { continue }
            #expect(entry.values.count == entry.shape.reduce(1, *))
            #expect(entry.values.allSatisfy { $0.isFinite })
        }
    }
}
