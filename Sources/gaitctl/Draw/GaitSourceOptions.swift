import ArgumentParser
import Datasets
import Foundation
import Gait
import GaitNode
import Simulation

/// A gait to show, with its title.
struct SourcedGait {
    /// The label, the emotion that is simulated, or the person.
    let title: String
    /// The key, seed or moment that tells it from others of that title.
    let detail: String
    let gait: Gait
    /// Frames per second.
    let rate: Double
}

/// The options that choose gaits to show: from a data set, a recording, or simulated.
struct GaitSourceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A data set's folder; with --gait.", valueName: "folder"))
    var dataset: String?

    @Option(help: ArgumentHelp("The key of a gait of the data set. May be repeated.", valueName: "key"))
    var gait: [String] = []

    @Option(help: "An emotion to simulate a walker of. May be repeated.")
    var simulate: [Emotion] = []

    @Option(help: "Decides which person the simulated walkers are, the same for all of them.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("A recording of skeleton messages, JSON lines.", valueName: "file"))
    var recording: String?

    @Option(
        help: ArgumentHelp(
            "A person of the recording, as robot/person or by the id alone; by default everyone.",
            valueName: "name"))
    var person: String?

    @Option(
        help: ArgumentHelp(
            "The moment in the recording: the first window of 2.5 s that begins then or later.",
            valueName: "seconds"))
    var at = 0.0

    /// The most gaits at once.
    static let most = 12

    func validate() throws {
        let sources = [dataset != nil, !simulate.isEmpty, recording != nil].filter { $0 }
        guard sources.count == 1 else {
            throw ValidationError("Give one of --dataset with --gait, --simulate, and --recording.")
        }
        guard gait.isEmpty || dataset != nil else {
            throw ValidationError("--gait is a gait of a data set: it goes with --dataset.")
        }
        guard dataset == nil || !gait.isEmpty else {
            throw ValidationError("--dataset needs the key of one of its gaits: --gait.")
        }
        guard recording != nil || (person == nil && at == 0) else {
            throw ValidationError("--person and --at go with --recording.")
        }
        guard at >= 0, at.isFinite else { throw ValidationError("--at is 0 or more seconds, not \(at).") }
        guard max(gait.count, simulate.count) <= Self.most else {
            throw ValidationError("At most \(Self.most) gaits at once.")
        }
    }

    /// The chosen gaits from their beginnings.
    ///
    /// - Parameters:
    ///   - seconds: the longest part taken of each.
    ///   - inWholeStrides: whether a simulated walk has the number of whole strides that fits best, at least one,
    ///     and the next one's first frame, so that it can be shown in a loop.
    func gaits(seconds: Double, inWholeStrides: Bool) throws -> [SourcedGait] {
        let frames = max(Int((seconds * Double(Gait.frameRate)).rounded()), 1)
        if let dataset { return try labelled(DatasetReader.dataset(in: dataset), frames: frames) }
        if let recording { return try recorded(recording, frames: frames) }
        return simulate.map { emotion in
            // Nearly straight ahead.
            let walker = Walker(
                emotion: emotion, seed: seed, options: Walker.Options(radius: 10_000))
            var (frames, rate) = (frames, Double(Gait.frameRate))
            if inWholeStrides {
                let length = max((seconds * walker.cadence).rounded(), 1) / walker.cadence
                let intervals = max((length * rate).rounded(), 1)
                (frames, rate) = (Int(intervals) + 1, intervals / length)
            }
            return SourcedGait(
                title: emotion.rawValue, detail: "simulated, seed \(seed)",
                gait: walker.gait(frames: frames, rate: rate), rate: rate)
        }
    }

    private func labelled(_ dataset: GaitDataset, frames: Int) throws(CommandFailure) -> [SourcedGait] {
        try dataset.gaits(of: gait).map { found in
            SourcedGait(
                title: dataset.labelNames[found.label], detail: found.key,
                gait: found.gait.slice(start: 0, frames: frames), rate: Double(Gait.frameRate))
        }
    }

    private func recorded(_ path: String, frames: Int) throws -> [SourcedGait] {
        let windows = try RecordedWindows(of: path, every: 0.5).windows
        let everybody = Set(windows.map(\.name)).sorted()
        let wanted = everybody.filter { name in
            person == nil || name == person || name.split(separator: "/").last.map(String.init) == person
        }
        guard !wanted.isEmpty else {
            throw CommandFailure.failure(
                "\(path) has no whole window of '\(person ?? "")'; it has \(everybody.joined(separator: ", "))"
            )
        }
        let chosen = wanted.prefix(Self.most).compactMap { name in
            windows.first { $0.name == name && $0.start >= at }
        }
        guard !chosen.isEmpty else {
            throw CommandFailure.failure(
                "\(path) has no window of \(wanted.joined(separator: ", ")) from \(at) s on")
        }
        return chosen.map { window in
            SourcedGait(
                title: window.name, detail: "from " + String(format: "%.1f s", window.start),
                gait: window.gait.slice(start: 0, frames: frames), rate: Double(Gait.frameRate))
        }
    }
}
