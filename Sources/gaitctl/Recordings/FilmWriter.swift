import Foundation
import Perception
import Simulation

/// Films a camera scene as JPEGs. It renders into its own buffer, so that frames are not copied.
final class Film {
    private(set) var scene: CameraScene
    private var image = CameraImage()
    private let encoder: JPEGEncoder

    /// - Parameter quality: of the JPEGs, 1...100.
    init(_ scene: CameraScene, quality: Int = 85) {
        self.scene = scene
        encoder = JPEGEncoder(quality: quality)
    }

    /// Each robot's frame at a time in seconds since the scene began, in the order of the robots.
    func frames(at time: Double) throws(PerceptionError) -> [(robot: String, jpeg: [UInt8])] {
        var frames: [(robot: String, jpeg: [UInt8])] = []
        for index in scene.views.indices {
            scene.views[index].render(at: time, into: &image)
            frames.append((scene.robots[index], try encoder.encode(image)))
        }
        return frames
    }
}

extension MannequinScene {
    /// Renders the scene at a time in seconds since it began into an image.
    mutating func render(at time: Double, into image: inout CameraImage) {
        let pixels = render(at: time)
        image.fill(width: camera.width, height: camera.height, scale: 1) { bytes in
            _ = bytes.update(fromContentsOf: pixels)
        }
    }
}

/// Films a scene into folders, as fast as it is drawn.
struct FilmWriter {
    /// What was written.
    struct Summary: Encodable {
        /// Of each camera.
        let frames: Int
        let cameras: Int
        let seconds: Double
        let out: String
    }

    private let film: Film
    private let out: String
    private var folders: [FrameFolder]

    /// - Parameter out: the folder of the frames. With several robots it has a folder for each.
    init(_ film: Film, to out: String) throws(CommandFailure) {
        (self.film, self.out) = (film, out)
        let robots = film.scene.robots
        guard robots.count > 1 else {
            folders = [try FrameFolder(out)]
            return
        }
        try FrameFolder.make(out)
        folders = []
        for robot in robots { folders.append(try FrameFolder("\(out)/\(robot)")) }
    }

    /// Writes all frames; ends early at Ctrl-C.
    mutating func run(rate: Double, seconds: Double, progress: ProgressReporter) throws -> Summary {
        let last = Int((seconds * rate).rounded(.up))
        var count = 0
        while count < last, !Interruption.isRequested {
            let time = Double(count) / rate
            let truth = film.scene.truth(at: time)
            for (index, frame) in try film.frames(at: time).enumerated() {
                try folders[index].append(frame.jpeg, at: time, people: truth[index])
            }
            count += 1
            progress.report("simulate: frame \(count) of \(last)")
        }
        progress.finish()
        return Summary(frames: count, cameras: folders.count, seconds: Double(count) / rate, out: out)
    }
}

/// A new folder of a camera's frames, numbered JPEGs, and of where the people in them truly are.
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
    /// - Throws: `CommandFailure.failure` if the folder is not empty or cannot be written.
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

    /// Makes a folder. An empty one may be there already.
    static func make(_ path: String) throws(CommandFailure) {
        let files = FileManager.default
        guard (try? files.contentsOfDirectory(atPath: path))?.isEmpty ?? true else {
            throw .failure("\(path) is not empty; name a new folder")
        }
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .failure("\(path) cannot be created: \(error.localizedDescription)")
        }
    }

    /// Writes the next frame.
    ///
    /// - Parameter time: seconds since the first.
    /// - Throws: `CommandFailure.failure` if it cannot be written.
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
