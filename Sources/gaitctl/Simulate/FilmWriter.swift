import Foundation

/// Films a scene into folders, as fast as it is drawn.
struct FilmWriter {
    /// What was written.
    struct Summary: Encodable {
        let out: String
        /// Of each camera.
        let frames: Int
        let cameras: Int
        let seconds: Double

        var text: String {
            "frames=\(frames) cameras=\(cameras) seconds=\(String(format: "%.1f", seconds)) out=\(out)"
        }
    }

    private let scene: CameraScene
    private let out: String
    private var folders: [FrameFolder]

    /// - Parameter out: the folder of the frames; where there are several robots it has a folder for each.
    init(_ scene: CameraScene, to out: String) throws(CommandFailure) {
        (self.scene, self.out) = (scene, out)
        guard scene.robots.count > 1 else {
            folders = [try FrameFolder(out)]
            return
        }
        try FrameFolder.make(out)
        folders = []
        for robot in scene.robots { folders.append(try FrameFolder("\(out)/\(robot)")) }
    }

    /// Writes all frames; ends early at Ctrl-C.
    mutating func run(rate: Double, seconds: Double, progress: ProgressReporter) throws -> Summary {
        let last = Int((seconds * rate).rounded(.up))
        var frame = 0
        while frame < last, !Interruption.isRequested {
            let time = Double(frame) / rate
            let truth = scene.truth(at: time)
            for (index, film) in try scene.frames(at: time).enumerated() {
                try folders[index].append(film.jpeg, at: time, people: truth[index])
            }
            frame += 1
            progress.report("simulate: frame \(frame) of \(last)")
        }
        progress.finish()
        return Summary(out: out, frames: frame, cameras: folders.count, seconds: Double(frame) / rate)
    }
}
