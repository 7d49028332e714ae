import Foundation
import TestSupport
import Testing

@testable import NeuralNetwork

@Suite("SafeTensors")
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
