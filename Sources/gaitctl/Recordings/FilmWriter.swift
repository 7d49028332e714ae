import Foundation
import Messaging
import Perception
import Simulation

/// Films a camera scene as JPEGs.
final class Film {
    private(set) var scene: CameraScene
    private let encoder: JPEGEncoder

    /// - Parameter quality: of the JPEGs, 1...100.
    init(_ scene: CameraScene, quality: Int = 85) {
        self.scene = scene
        encoder = JPEGEncoder(quality: quality)
    }

    /// Each robot's frame at a time in seconds since the scene began, in the order of the robots.
    func frames(at time: Double) throws(PerceptionError) -> [(robot: String, jpeg: [UInt8])] {
        try scene.views.indices.map { index throws(PerceptionError) in
            let (pixels, camera) = (scene.views[index].render(at: time), scene.views[index].camera)
            let jpeg = try encoder.encode(pixels, width: camera.width, height: camera.height)
            return (scene.robots[index], jpeg)
        }
    }
}

/// Films a scene into folders, as fast as it is drawn: numbered JPEGs, and where the people in them truly are.
struct FilmWriter {
    /// The most frames: their names have five digits.
    static let mostFrames = 100_000

    /// What was written.
    struct Summary: Encodable {
        /// Of each camera.
        let frames: Int
        let cameras: Int
        let seconds: Double
        let out: String
    }

    /// One line of the truth.
    private struct Line: Encodable {
        let frame: String
        /// Seconds since the first frame.
        let time: Double
        let people: [MannequinTruth]
    }

    private let film: Film
    private let out: String
    /// Each camera's folder, and in it the file that has a line of JSON for each frame.
    private let folders: [(frames: FrameFolder, truth: RecordingFile)]

    /// - Parameter out: the folder of the frames. With several robots it has a folder for each.
    /// - Throws: `CommandFailure.failure` if it is not empty or cannot be written.
    init(_ film: Film, to out: String) throws {
        (self.film, self.out) = (film, out)
        let folder = try FrameFolder(out)
        let robots = film.scene.robots
        folders = try robots.map { robot in
            let frames = try robots.count > 1 ? FrameFolder("\(out)/\(robot)") : folder
            return (frames, try RecordingFile(frames.path(of: "truth.jsonl"), replaces: false))
        }
    }

    /// Writes all frames; ends early at Ctrl-C.
    func run(rate: Double, seconds: Double, progress: ProgressReporter) throws -> Summary {
        let last = Int((seconds * rate).rounded(.up))
        var count = 0
        while count < last, !Interruption.isRequested {
            let time = Double(count) / rate
            let name = String(format: "%05d.jpg", count)
            let truth = film.scene.truth(at: time)
            for (index, frame) in try film.frames(at: time).enumerated() {
                try folders[index].frames.write(frame.jpeg, as: name)
                let line = try OutputOptions.encoded(Line(frame: name, time: time, people: truth[index]))
                try folders[index].truth.append(Array("\(line)\n".utf8))
            }
            count += 1
            progress.report("simulate: frame \(count) of \(last)")
        }
        progress.finish()
        return Summary(frames: count, cameras: folders.count, seconds: Double(count) / rate, out: out)
    }
}

/// A new folder of JPEGs.
struct FrameFolder {
    private let path: String

    /// Makes the folder. An empty one may be there already.
    ///
    /// - Throws: `CommandFailure.failure` if the folder is not empty or cannot be made.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
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

    /// Writes a frame.
    ///
    /// - Throws: `CommandFailure.failure` if it cannot be written.
    func write(_ jpeg: [UInt8], as name: String) throws(CommandFailure) {
        do { try Data(jpeg).write(to: URL(filePath: path(of: name))) } catch {
            throw .failure("\(path(of: name)) cannot be written: \(error.localizedDescription)")
        }
    }

    /// The path of a file in it.
    func path(of name: String) -> String { "\(path)/\(name)" }
}
