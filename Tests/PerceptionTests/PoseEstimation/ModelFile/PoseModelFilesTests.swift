import Foundation
import TestSupport
import Testing

@testable import Perception

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
