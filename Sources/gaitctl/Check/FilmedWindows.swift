import Gait
import GaitNode
import Perception
import Simulation

/// One simulated person's walk, as two sources have it: the true skeleton, and a camera's frames.
struct FilmedWindows {
    /// Two and a half seconds of both.
    struct Pair {
        let skeleton: Gait
        let camera: Gait
    }

    /// The windows that do not overlap.
    let pairs: [Pair]
    /// The share of the frames in which the person was found.
    let found: Double
    /// How many numbers the person was given.
    let numbers: Int

    /// Films the walk and follows the person.
    ///
    /// - Parameters:
    ///   - scene: Of one robot and one person.
    ///   - rate: Frames per second.
    init(_ scene: CameraScene.Options, seconds: Double, rate: Double, networks: PoseNetworks) throws {
        let film = Film(CameraScene(scene))
        let pipeline = CameraPipeline(detector: networks.detector, landmarker: networks.landmarker)
        let decoder = JPEGDecoder()
        var image = CameraImage()
        var (skeleton, camera) = (PoseBuffer(), PoseBuffer())
        var pairs: [Pair] = []
        var numbers: Set<Int> = []
        var (due, found) = (PoseBuffer.windowSeconds, 0)
        let frames = Int(seconds * rate)
        for frame in 0..<frames {
            let time = Double(frame) / rate
            _ = skeleton.append(film.scene.people[0].walker.pose(at: time), at: time)
            let bodies = try pipeline.process(
                film.frames(at: time)[0].jpeg, stamp: time, arrival: time, wallClock: time,
                by: decoder,
                into: &image
            ).found?.bodies
            for body in (bodies ?? []).prefix(1) {
                found += 1
                if numbers.insert(body.number).inserted { camera.reset() }
                _ = camera.append(body.pose, at: time)
            }
            guard time >= due - 1e-6, camera.newestStamp == time,
                let seen = camera.window(), seen.coverage >= 0.9, let own = skeleton.window()
            else { continue }
            pairs.append(Pair(skeleton: own.gait, camera: seen.gait))
            due = time + PoseBuffer.windowSeconds
        }
        self.pairs = pairs
        self.found = Double(found) / Double(max(frames, 1))
        self.numbers = numbers.count
    }
}
