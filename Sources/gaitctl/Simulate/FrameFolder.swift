import Foundation
import Simulation

/// A new folder of a camera's frames, numbered JPEGs, and of where everybody in them truly is.
struct FrameFolder {
    /// The most frames: their names have five digits.
    static let mostFrames = 100_000
    /// The file that has a line of JSON for each frame.
    static let truthName = "truth.jsonl"

    private let folder: URL
    private let truth: FileHandle
    private let encoder: JSONEncoder
    private(set) var count = 0

    /// One line of the truth.
    private struct Line: Encodable {
        let frame: String
        /// Seconds since the first frame.
        let time: Double
        let people: [MannequinTruth]
    }

    /// Makes the folder.
    ///
    /// - Throws: `CommandFailure.failure` where something is there, or nothing can be written.
    init(_ path: String) throws(CommandFailure) {
        folder = URL(filePath: path, directoryHint: .isDirectory)
        try Self.make(path)
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let file = folder.appending(path: Self.truthName)
        guard FileManager.default.createFile(atPath: file.path, contents: nil),
            let truth = try? FileHandle(forWritingTo: file)
        else { throw .failure("\(file.path) cannot be written") }
        self.truth = truth
    }

    /// Makes a folder, which may be there but must be empty.
    static func make(_ path: String) throws(CommandFailure) {
        let files = FileManager.default
        guard (try? files.contentsOfDirectory(atPath: path))?.isEmpty ?? true else {
            throw .failure("\(path) is not empty; name a new folder")
        }
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .failure("\(path) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Writes the next frame.
    ///
    /// - Parameter time: seconds since the first.
    /// - Throws: `CommandFailure.failure` where it cannot be written.
    mutating func append(_ jpeg: [UInt8], at time: Double, people: [MannequinTruth]) throws(CommandFailure) {
        let name = String(format: "%05d.jpg", count)
        do {
            try Data(jpeg).write(to: folder.appending(path: name))
            var line = try encoder.encode(Line(frame: name, time: time, people: people))
            line.append(UInt8(ascii: "\n"))
            try truth.write(contentsOf: line)
        } catch {
            throw .failure("\(folder.path)/\(name) cannot be written: \(error.localizedDescription)")
        }
        count += 1
    }
}
