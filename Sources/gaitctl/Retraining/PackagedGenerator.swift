import Foundation
import Gait
import GaitModels
import Storage

/// The generator that came with gaitd. The default model's own training gaits cannot come with it; so a robot's store
/// begins with gaits of this generator, marked synthetic, which keep a retraining from forgetting what the default
/// model knew.
struct PackagedGenerator {
    /// The model file, which need not be there.
    let path: String

    /// What the stored gaits name as their robot, by which they can be listed and forgotten.
    static let robot = "packaged-generator"
    /// How many candidates are made at most for each gait that is wanted; the others fail ``GaitQuality``.
    private static let tries = 10

    /// Gives gaits of every class to a store that has no synthetic ones: all of them, or none.
    ///
    /// - Parameters:
    ///   - perClass: how many that pass the quality filter; with 0 nothing is done.
    ///   - seed: of everything random.
    /// - Returns: what was done or why not, for people; nil where there was nothing to do.
    /// - Throws: `ModelError` where the file is no generator, `StorageError` where the gaits cannot be stored.
    func begin(_ store: GaitStore, perClass: Int, seed: UInt64) throws -> String? {
        guard perClass > 0, try !store.counts().contains(where: \.isSynthetic) else { return nil }
        guard FileManager.default.fileExists(atPath: path) else {
            return "no generator at \(path): the store begins without synthetic gaits"
        }
        let generator = try GaitGenerator(contentsOf: path)
        let now = Date().timeIntervalSince1970
        let made = try generator.walks(
            perClass: perClass, tries: Self.tries, seed: seed,
            observer: TrainingObserver(isCancelled: { Interruption.isRequested }))
        let gaits = made.flatMap { made in
            made.gaits.enumerated().map { index, gait in
                let person = "\(made.label)-\(index)"
                return NewGait(
                    robot: Self.robot, person: person, subject: "\(Self.robot)/\(person)",
                    label: made.label, start: now - Double(gait.frames - 1) / Double(Gait.frameRate),
                    end: now, gait: gait, isSynthetic: true)
            }
        }
        try store.add(gaits)
        return "the store begins with \(gaits.count) synthetic gaits of \(path)"
    }
}
