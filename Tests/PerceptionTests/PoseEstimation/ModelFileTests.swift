import Foundation
import Gait
import TestSupport
import Testing

@testable import Perception

@Suite("A TensorFlow Lite file")
struct NetworkModelTests {
    @Test("is read with its shapes, weights and operators")
    func small() throws {
        let model = try NetworkModel(SmallModel.file(), path: "small")
        #expect(model.inputs.map { model.tensors[$0].shape } == [SmallModel.input])
        #expect(
            model.outputs.map { model.tensors[$0].shape } == [
                SmallModel.unknown, SmallModel.joined, SmallModel.enlarged,
            ])
        let window = NetworkModel.Window(padding: .valid, strideHeight: 1, strideWidth: 1, activation: .none)
        #expect(model.operators.contains { $0.kind == .convolution(window, isDepthwise: false) })
        #expect(model.operators.contains { $0.kind == .concatenation(axis: 1) })
        #expect(model.operators.contains { $0.kind == .unsupported("operator 99 is not known") })
        let producers = try model.producers()
        let sparse = try #require(
            model.tensors.firstIndex { $0.shape == [4, 1, 1, 1] && $0.type == .float32 })
        #expect(try model.weights(sparse, producers: producers) == [1, 0, 2, 0])
    }

    @Test("says what is wrong when it is none", arguments: [0, 3, 7, 8, 40, 200])
    func truncated(length: Int) {
        #expect {
            try NetworkModel(Array(SmallModel.file().prefix(length)), path: "small")
        } throws: { error in
            guard case .malformedModel("small", let reason)? = error as? PerceptionError else { return false }
            return !reason.isEmpty
        }
    }

    @Test("with an index of a sparse weight outside its row is refused")
    func sparseIndex() {
        let file = SmallModel.file(.init(sparseIndices: [0, 1]))
        #expect(
            throws: PerceptionError.malformedModel(
                path: "small", reason: "sparse weights of shape [4, 1, 1, 1] lie outside it")
        ) { try NetworkModel(file, path: "small") }
    }

    @Test(
        "of the released networks has their operators", .sharedData,
        arguments: [("pose_detection.tflite", 293 - 2), ("pose_landmark_lite.tflite", 305)])
    func released(name: String, operators: Int) throws {
        let file = PoseModelFile(path: SharedData.model(name))
        let model = try NetworkModel(file.read(), path: name)
        #expect(model.operators.count == operators)
        #expect(!model.operators.contains { if case .unsupported = $0.kind { true } else { false } })
    }
}

@Suite("The pose models' files")
struct PoseModelFilesTests {
    @Test("are found in a folder by their names")
    func folder() throws {
        let folder = try TemporaryFolder()
        try folder.write("pose_detection.tflite", "d")
        try folder.write("pose_landmark_full.tflite", "f")
        let files = try PoseModelFiles(in: folder.path)
        #expect(try files.detector.read() == Array("d".utf8))
        #expect(try files.landmarker.read() == Array("f".utf8))
        try folder.write("pose_landmark_lite.tflite", "l")
        #expect(try PoseModelFiles(in: folder.path).landmarker.read() == Array("l".utf8))
    }

    @Test("of the size that was asked for are taken, and missed")
    func sizes() throws {
        let folder = try TemporaryFolder()
        try folder.write("pose_detection.tflite", "d")
        try folder.write("pose_landmark_lite.tflite", "l")
        let missing = PerceptionError.missingModels(path: folder.path, names: ["pose_landmark_full.tflite"])
        #expect(throws: missing) { try PoseModelFiles(in: folder.path, landmarks: .full) }
        #expect(missing.fetchCommand(.full) == "launch/fetch-models --full")
        try folder.write("pose_landmark_full.tflite", "f")
        for (size, contents) in [(LandmarkModel.lite, "l"), (.full, "f")] {
            let files = try PoseModelFiles(in: folder.path, landmarks: size)
            #expect(try files.landmarker.read() == Array(contents.utf8))
        }
    }

    @Test("are found in a bundle, and in a folder with one")
    func bundle() throws {
        let folder = try TemporaryFolder()
        let archive = TestArchive.archive([
            ("pose_detector.tflite", "detector", false),
            ("pose_landmarks_detector.tflite", "landmarks", false),
        ])
        let path = try folder.write("pose_landmarker_lite.task", Data(archive))
        for place in [path, folder.path] {
            let files = try PoseModelFiles(in: place)
            #expect(try files.detector.read() == Array("detector".utf8))
            #expect(try files.landmarker.read() == Array("landmarks".utf8))
        }
    }

    @Test("are named when they are missing")
    func missing() throws {
        let folder = try TemporaryFolder()
        let both = ["pose_detection.tflite", "pose_landmark_lite.tflite"]
        #expect(throws: PerceptionError.missingModels(path: folder.path, names: both)) {
            try PoseModelFiles(in: folder.path)
        }
        try folder.write("pose_detection.tflite", "d")
        #expect(throws: PerceptionError.missingModels(path: folder.path, names: [both[1]])) {
            try PoseModelFiles(in: folder.path)
        }
        let compressed = TestArchive.archive([
            ("pose_detector.tflite", "d", false), ("pose_landmarks_detector.tflite", "l", true),
        ])
        let path = try folder.write("a.task", Data(compressed))
        #expect(throws: PerceptionError.missingModels(path: path, names: [both[1]])) {
            try PoseModelFiles(in: path)
        }
        #expect(throws: PerceptionError.file(path: folder.path("no"), reason: "no such file or folder")) {
            try PoseModelFiles(in: folder.path("no"))
        }
    }

    @Test("are refused by name when a bundle is cut off anywhere")
    func truncated() throws {
        let archive = TestArchive.archive([("pose_detector.tflite", "detector", false)])
        for length in archive.indices {
            #expect(throws: PerceptionError.self) {
                try TaskBundle(Array(archive.prefix(length)), path: "bundle")
            }
        }
        for index in archive.indices {
            for value in [0, 0x7F, 0xFF] as [UInt8] {
                var damaged = archive
                damaged[index] = value
                guard let bundle = try? TaskBundle(damaged, path: "bundle") else { continue }
                #expect(bundle.members.values.allSatisfy { $0.upperBound <= damaged.count })
            }
        }
    }

    @Test("that are no files, or no models, are refused by name")
    func refused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: PerceptionError.file(path: folder.path, reason: "it is not a file")) {
            try PoseDetector(PoseModelFile(path: folder.path))
        }
        #expect(throws: PerceptionError.file(path: folder.path("x"), reason: "no such file")) {
            try PoseLandmarker(PoseModelFile(path: folder.path("x")))
        }
        let path = try folder.write("x.tflite", Data(SmallModel.file()))
        #expect {
            try PoseDetector(PoseModelFile(path: path))
        } throws: { if case .unsupportedModel(path, _)? = $0 as? PerceptionError { true } else { false } }
    }
}

@Suite("A TensorFlow Lite file with any byte changed")
struct ModelFuzzingTests {
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
        let cases = FuzzedProcess.isLong ? 40_000 : 440
        let count = try Self.run(try Self.small(), cases: cases, seed: 6)
        #expect(count.refused > cases / 10 && count.ran > cases / 20, "\(count)")
    }

    @Test("is run or refused by name, when it is a released network", .sharedData)
    func released() throws {
        let cases = FuzzedProcess.isLong ? 5000 : 30
        for (index, original) in try Self.released().enumerated() {
            let count = try Self.run(original, cases: cases, seed: UInt64(index))
            #expect(count.refused > 0 && count.ran > 0, "\(count)")
        }
    }
}
