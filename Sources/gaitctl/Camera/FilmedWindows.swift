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

    /// How the person is filmed.
    struct Options {
        var emotion = Emotion.neutral
        var seed: UInt64 = 1
        /// Degrees: 0 from the front, 90 from the person's left.
        var side: Float = 0
        /// Metres.
        var distance: Float = 3.5
        /// Whether the person walks past instead of staying at the distance.
        var isPassing = false
        /// Whether the person stands instead of walking.
        var isStanding = false
        /// Frames per second.
        var rate = 30.0
        var seconds = 5.2
        var width = 1280
        var height = 720
    }

    /// The windows that do not overlap.
    let pairs: [Pair]
    /// The share of the frames in which the person was found.
    let found: Double
    /// How many numbers the person was given.
    let numbers: Int

    /// Films the walk and follows the person.
    init(_ options: Options, networks: PoseNetworks) throws {
        var film = CameraScene.Options(robots: 1, people: 1, emotions: [options.emotion])
        film.camera.width = options.width
        film.camera.height = options.height
        film.distance = options.distance
        film.side = options.side
        film.passing = options.isPassing ? options.seconds / 2 : nil
        film.isStanding = options.isStanding
        film.seed = options.seed
        let frameSource = Film(CameraScene(film))
        let pipeline = CameraPipeline(detector: networks.detector, landmarker: networks.landmarker)
        let decoder = JPEGDecoder()
        var image = CameraImage()
        var (skeleton, camera) = (PoseBuffer(), PoseBuffer())
        var pairs: [Pair] = []
        var numbers: Set<Int> = []
        var (due, found) = (PoseBuffer.windowSeconds, 0)
        let frames = Int(options.seconds * options.rate)
        for frame in 0..<frames {
            let time = Double(frame) / options.rate
            _ = skeleton.append(frameSource.scene.people[0].walker.pose(at: time), at: time)
            let bodies = try pipeline.process(
                frameSource.frames(at: time)[0].jpeg, stamp: time, arrival: time, wallClock: time,
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
