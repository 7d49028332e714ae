import Foundation
import Gait
import TestSupport
import Testing

@testable import Perception

@Suite("A TensorFlow Lite file with any byte changed")
struct ModelFuzzingTests {
    private static let isLong = ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] != nil

    /// A file, the shapes by which it is run, and where it has something else than weights.
    private struct Original {
        let bytes: [UInt8]
        let input: [Int]
        let outputs: [[Int]]
        let structure: [Int]

        init(_ bytes: [UInt8], input: [Int], outputs: [[Int]]) throws {
            (self.bytes, self.input, self.outputs) = (bytes, input, outputs)
            let weights =
                try NetworkModel(bytes, path: "").tensors.filter { $0.data.count > 64 }
                .reduce(into: IndexSet()) { $0.insert(integersIn: $1.data) }
            structure = bytes.indices.filter { !weights.contains($0) }
        }
    }

    private static func small() throws -> Original {
        try Original(
            SmallModel.file(), input: SmallModel.input, outputs: [SmallModel.joined, SmallModel.enlarged])
    }

    private static func released() throws -> [Original] {
        guard SharedData.isThere else { return [] }
        return [
            try Original(
                try PoseModelFile(path: SharedData.model("pose_detection.tflite")).read(),
                input: [1, 224, 224, 3],
                outputs: [[1, 2254, 12], [1, 2254, 1]]),
            try Original(
                try PoseModelFile(path: SharedData.model("pose_landmark_lite.tflite")).read(),
                input: [1, 256, 256, 3], outputs: [[1, 195], [1, 1], [1, 117]]),
        ]
    }

    /// What became of the cases.
    private struct Count {
        var refused = 0
        var ran = 0
    }

    private static func mutate(_ original: Original, using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = original.bytes
        for _ in 0...Int.random(in: 0..<3, using: &generator) {
            let place = original.structure[Int.random(in: 0..<original.structure.count, using: &generator)]
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes[place] = bytes[place] &+ (Bool.random(using: &generator) ? 1 : 255)
            case 3:
                let words: [UInt32] = [0, 1, 2, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, UInt32(bytes.count)]
                let word = words[Int.random(in: 0..<words.count, using: &generator)]
                for (index, byte) in withUnsafeBytes(of: word.littleEndian, Array.init).enumerated()
                where place + index < bytes.count { bytes[place + index] = byte }
            default:
                let source = original.structure[
                    Int.random(in: 0..<original.structure.count, using: &generator)]
                for index in 0..<4 where max(place, source) + index < bytes.count {
                    bytes[place + index] = bytes[source + index]
                }
            }
        }
        if Int.random(in: 0..<20, using: &generator) == 0 {
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
        }
        return bytes
    }

    private static func run(_ original: Original, cases: Int, seed: UInt64) throws -> Count {
        var generator = SeededGenerator(seed: seed)
        var count = Count()
        for number in 0..<cases {
            let mutation = mutate(original, using: &generator)
            do throws(PerceptionError) {
                let model = try NetworkModel(mutation, path: "mutation")
                let network = try PoseNetwork(
                    NetworkPlan(model, input: original.input, outputs: original.outputs))
                network.input.update(repeating: 0.5)
                try network.run()
                count.ran += 1
            } catch {
                count.refused += 1
                switch error {
                case .malformedModel, .unsupportedModel: break
                default: Issue.record("case \(number): \(error)")
                }
            }
        }
        return count
    }

    @Test("is run or refused by name, when small")
    func small() throws {
        let cases = Self.isLong ? 40_000 : 440
        let count = try Self.run(try Self.small(), cases: cases, seed: 6)
        #expect(count.refused > cases / 10 && count.ran > cases / 20, "\(count)")
    }

    @Test("is run or refused by name, when it is a released network", .enabled(if: SharedData.isThere))
    func released() throws {
        let cases = Self.isLong ? 5000 : 30
        for (index, original) in try Self.released().enumerated() {
            let count = try Self.run(original, cases: cases, seed: UInt64(index))
            #expect(count.refused > 0 && count.ran > 0, "\(count)")
        }
    }
}
