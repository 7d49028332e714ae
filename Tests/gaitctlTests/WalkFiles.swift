import Datasets
import Foundation
import Gait
import Simulation
import TestSupport
import Testing

@testable import gaitctl

/// Data sets, recordings and models of simulated walks, in a folder of a test's own.
struct WalkFiles {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes a data set and returns its path.
    ///
    /// - Parameters:
    ///   - recordings: of each emotion, each one gait of 80 frames.
    ///   - seed: who walks.
    func dataset(
        _ name: String = "walks", emotions: [Emotion] = Emotion.allCases, recordings: Int = 4,
        seed: UInt64 = 1
    ) throws -> String {
        let gaits = emotions.enumerated().flatMap { label, emotion in
            (0..<recordings).map { number in
                LabelledGait(
                    key: "\(emotion.rawValue)-\(number)",
                    gait: Walker(emotion: emotion, seed: seed + UInt64(number)).gait(frames: 80),
                    label: label,
                    sourceFile: "\(emotion.rawValue)-\(number).bvh", attributes: ["style": emotion.rawValue])
            }
        }
        let path = folder.path(name)
        try GaitDataset(labelNames: emotions.map(\.rawValue), gaits: gaits).write(to: path)
        return path
    }

    /// Trains a linear SVM by the command and returns its path.
    func model(_ name: String = "svm.safetensors") async throws -> String {
        let path = folder.path(name)
        let result = try await Tool.run(
            "train --method svm --dataset \(dataset("training-of-\(name)")) --out \(path)")
        try #require(result.status == 0, "\(result.errors)")
        return path
    }

    /// Records a scene and returns the file's path.
    ///
    /// - Parameters:
    ///   - seconds: how long, at 30 frames a second.
    ///   - more: lines after the scene's.
    func recording(
        seconds: Double, people: Int = 2, stamp: Double = 1_700_000_000, more: [String] = []
    ) throws -> String {
        var options = SimulatedScene.Options()
        (options.robots, options.people) = (1, people)
        var scene = SimulatedScene(options)
        var lines: [String] = []
        for frame in 0..<Int(seconds * 30) {
            let time = Double(frame) / 30
            for message in scene.messages(at: time, stamp: stamp + time) {
                lines.append(
                    #"{"topic":"robots/\#(message.robot)/skeletons","at":\#(time),"payload":"#
                        + String(decoding: message.payload, as: UTF8.self) + "}")
            }
        }
        return try folder.write("walk.jsonl", (lines + more).joined(separator: "\n") + "\n")
    }
}
