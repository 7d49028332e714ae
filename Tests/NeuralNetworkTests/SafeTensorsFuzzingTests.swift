import Foundation
import TestSupport
import Testing

@testable import NeuralNetwork

@Suite("A safetensors file with anything changed")
struct SafeTensorsFuzzingTests {
    @Test("is read with finite values of its shapes or refused by name, and leaves no memory behind")
    func mutations() async {
        await #expect(processExitsWith: .success) {
            FuzzedProcess.limit()
            let originals = try SafeTensorsFuzzingTests.originals()
            // Half of the files have the length that their header has come to, so that damage is not seen by that alone.
            var whole = Mutations(
                originals, tokens: SafeTensorsFuzzingTests.tokens, using: TestGenerator(seed: 5))
            var headers = Mutations(
                originals.map { Array($0[8..<$0.count - 64]) }, tokens: SafeTensorsFuzzingTests.tokens,
                using: TestGenerator(seed: 6))
            let body = [UInt8](originals[0].suffix(64))
            var (read, refused, held) = (0, 0, 0)
            for number in 0..<FuzzedProcess.cases {
                if number == FuzzedProcess.cases / 10 { held = FuzzedProcess.residentBytes() }
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
                    read += 1
                } catch {
                    refused += 1
                    guard case .malformed = error else {
                        Issue.record("case \(number): \(error)")
                        continue
                    }
                }
            }
            #expect(FuzzedProcess.residentBytes() - held < FuzzedProcess.mostGrowth)
            #expect(read > FuzzedProcess.cases / 200 && refused > FuzzedProcess.cases / 2)
        }
    }

    /// Files of 64 bytes of values.
    static func originals() throws -> [[UInt8]] {
        let values = (0..<16).map { Float($0) }
        return try [
            [("a", [16])], [("weight", [2, 2, 2]), ("bias", [8])], [("a", [1, 1]), ("b", [3, 5])],
        ].map { (tensors: [(String, [Int])]) in
            let entries = tensors.map { name, shape in
                SafeTensors.Entry(
                    name: name, shape: shape, values: Array(values.prefix(shape.reduce(1, *))))
            }
            return Array(try SafeTensors.encode(entries, metadata: ["key": "{\"name\": 1}"]))
        }
    }

    static let tokens =
        JSONTokens.all + [
            "\"F32\"", "\"F16\"", "\"shape\":[2,2]", "\"data_offsets\":[0,8]", "\"__metadata__\":", "[-1]",
            "[0,64]",
            "[4294967296,4294967296]",
        ]

    static func check(_ tensors: SafeTensors) {
        for name in tensors.names {
            guard let entry = tensors[name] else { continue }
            #expect(entry.values.count == entry.shape.reduce(1, *))
            #expect(entry.values.allSatisfy { $0.isFinite })
        }
    }
}
