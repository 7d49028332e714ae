import Foundation
import Gait
import Simulation
import Storage
import TestSupport

/// Stores of simulated walks, each of another person, and models to begin from.
struct StoredWalks {
    let files: WalkFiles
    var folder: TemporaryFolder { files.folder }
    var store: String { folder.path("gaits.sqlite") }
    var registry: String { folder.path("models") }

    init() throws { files = try WalkFiles() }

    /// Fills the store.
    ///
    /// - Parameters:
    ///   - perEmotion: gaits, each of a subject of its own; a third of them is held out.
    ///   - seed: who walks.
    ///   - label: what an emotion is called, by the gait's number.
    func fill(
        perEmotion: Int = 32, emotions: [Emotion] = Emotion.allCases, seed: UInt64 = 100,
        isSynthetic: Bool = false, label: (Emotion, Int) -> String = { emotion, _ in emotion.rawValue }
    ) throws {
        let store = try GaitStore(path: store, minimumFreeBytes: 0)
        let gaits = emotions.flatMap { emotion in
            (0..<perEmotion).map { number in
                NewGait(
                    robot: "r1", person: "\(number)", subject: "\(emotion.rawValue)-\(seed)-\(number)",
                    annotator: "test", label: label(emotion, number), start: Double(number),
                    end: Double(number) + 2.5,
                    gait: Walker(emotion: emotion, seed: seed + UInt64(number)).gait(frames: 75),
                    isSynthetic: isSynthetic)
            }
        }
        // Mixed, as they come in.
        let mixed = (0..<perEmotion).flatMap { number in
            emotions.indices.map { gaits[$0 * perEmotion + number] }
        }
        try store.add(mixed)
        try store.close()
    }

    /// What a picture might show, always the same.
    static func seen(_ number: Int) -> ImageWindow {
        let joints = Gait.windowFrames * ImageWindow.joints.count
        return ImageWindow(
            rays: (0..<joints).map { SIMD2(Float($0 % 13) / 50, Float(number)) / 10 },
            confidences: (0..<joints).map { Float($0 % 7) / 7 }, start: 1, end: 3.5, coverage: 1)
    }

    /// A labeled gait that was lifted.
    static func lifted(_ seen: ImageWindow) -> NewGait {
        NewGait(
            robot: "r1", person: "seen", subject: "seen", label: "sad", start: seen.start, end: seen.end,
            gait: Walker(emotion: .sad, seed: 1).gait(frames: Gait.windowFrames), seen: seen)
    }

    /// A small network that has learned nearly nothing; returns its path.
    func packaged() async throws -> String {
        let path = folder.path("packaged.safetensors")
        let result = try await Tool.run(
            "train --dataset \(files.dataset("packaged")) --out \(path) --members 1 --set",
            "network.blocks.0.width=8 --set network.blocks.1.width=8 --set network.blocks.2.width=8 --set",
            "network.kernel=3 --set options.epochs=1 --set walkers=0 --validation 0 --threads 1 --version 2")
        guard result.status == 0 else {
            throw CocoaError(.fileNoSuchFile, userInfo: ["errors": result.errors])
        }
        return path
    }
}
