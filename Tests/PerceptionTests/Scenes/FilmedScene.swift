import Foundation
import Gait
import Simulation

@testable import Perception

/// Mannequins before a camera, as a tracker follows them, beside where they truly are.
struct FilmedScene {
    struct Frame {
        let bodies: [TrackedBody]
        let truth: [MannequinTruth]

        /// The body that is taken for a person: the one with the nearest hips, if it is within a quarter of the
        /// person's height in the image.
        func body(of person: Int) -> TrackedBody? {
            guard let height = height(of: person), let root = truth[person].pixels[Joint.root.rawValue] else {
                return nil
            }
            func distance(_ body: TrackedBody) -> Float {
                let (left, right) = (body.landmarks.positions[23], body.landmarks.positions[24])
                let offset = SIMD2(left.x + right.x, left.y + right.y) / 2 - SIMD2(root[0], root[1])
                return (offset * offset).sum().squareRoot()
            }
            let nearest = bodies.min { distance($0) < distance($1) }
            return nearest.flatMap { distance($0) < height / 4 ? $0 : nil }
        }

        /// Whose body one is: the person with the nearest hips.
        func person(of body: TrackedBody) -> Int? {
            truth.indices.first { self.body(of: $0)?.number == body.number }
        }

        /// From head to feet, pixels.
        private func height(of person: Int) -> Float? {
            let rows = truth[person].pixels.compactMap { $0?[1] }
            return rows.max().flatMap { bottom in rows.min().map { bottom - $0 } }
        }
    }

    /// Frames per second.
    static let rate = 30.0

    let frames: [Frame]

    /// Renders a scene and follows its people.
    init(_ scene: MannequinScene, seconds: Double, networks: PoseNetworks) throws {
        var scene = scene
        let tracker = networks.tracker()
        var image = CameraImage()
        frames = try (0..<Int(seconds * Self.rate)).map { frame in
            let time = Double(frame) / Self.rate
            let pixels = scene.render(at: time)
            image.fill(width: scene.camera.width, height: scene.camera.height, scale: 1) {
                $0.update(from: pixels)
            }
            return Frame(bodies: try tracker.process(image, at: 100 + time), truth: scene.truth(at: time))
        }
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    fileprivate func update(from bytes: [UInt8]) { _ = update(fromContentsOf: bytes) }
}

/// Both networks, loaded once for all scenes of a test.
struct PoseNetworks {
    let detector: PoseDetector
    let landmarker: PoseLandmarker

    init(in folder: String) throws {
        let files = try PoseModelFiles(in: folder)
        detector = try PoseDetector(files.detector)
        landmarker = try PoseLandmarker(files.landmarker)
    }

    func tracker() -> CameraTracker { CameraTracker(detector: detector, landmarker: landmarker) }
}

/// One mannequin's walk before a camera.
struct FilmedWalk {
    /// From where the person is seen, degrees: 0 from the front, 90 from the person's left, 180 from behind.
    let side: Double
    /// From the camera to the middle of the way, meters.
    let distance: Double
    /// Whether the person stays at the distance, as on a treadmill.
    let isOnTreadmill: Bool
    let seed: UInt64
    let seconds: Double

    private static let emotions = Emotion.allCases

    private var walker: Walker {
        // The camera looks along -z.
        let heading = -side * .pi / 180
        let emotion = Self.emotions[Int(seed % UInt64(Self.emotions.count))]
        var options = Walker.Options(radius: 1000, heading: Float(heading), isOnTreadmill: isOnTreadmill)
        let way =
            isOnTreadmill ? 0 : Walker(emotion: emotion, seed: seed, options: options).speed * seconds / 2
        options.start = SIMD3(Float(-sin(heading) * way), 0, Float(-distance - cos(heading) * way))
        return Walker(emotion: emotion, seed: seed, options: options)
    }

    /// Strides per second.
    var strideFrequency: Double { walker.cadence }

    var scene: MannequinScene {
        MannequinScene(
            people: [.init(walker: walker, appearance: MannequinAppearance(seed: seed))],
            camera: PinholeCamera(position: SIMD3(0, 1.2, 0), pitch: -4), seed: seed)
    }

    /// Films it and compares the poses with the truth.
    func figures(_ networks: PoseNetworks) throws -> WalkFigures? {
        try WalkFigures(try FilmedScene(scene, seconds: seconds, networks: networks))
    }
}

/// Two mannequins who pass each other before a camera, one behind the other, drawn from a seed.
struct CrossingScene {
    static let seconds = 4.5

    let seed: UInt64

    var scene: MannequinScene {
        var generator = SeededGenerator(seed: seed)
        let distance = generator.uniform(3.2...4.6)
        let gap = generator.uniform(0.6...1.3)
        let tilt = generator.uniform(-0.4...0.4)
        let people = (0..<2).map { index -> MannequinScene.Person in
            let heading =
                (index == 0 ? 1 : -1) * Float.pi / 2 + (index == 0 ? tilt : generator.uniform(-0.4...0.4))
            let emotion = Emotion.allCases[Int(generator.next() % UInt64(Emotion.allCases.count))]
            let own = seed &* 16 &+ UInt64(index)
            var options = Walker.Options(radius: 1000, heading: heading)
            let speed = Float(Walker(emotion: emotion, seed: own, options: options).speed)
            let meeting = Float(Self.seconds / 2) + generator.uniform(-0.3...0.3)
            options.start = SIMD3(
                -sin(heading) * speed * meeting, 0,
                -distance - Float(index) * gap - cos(heading) * speed * meeting)
            return .init(
                walker: Walker(emotion: emotion, seed: own, options: options),
                appearance: MannequinAppearance(seed: own))
        }
        return MannequinScene(
            people: people, camera: PinholeCamera(position: SIMD3(0, 1.3, 0), pitch: -4, fieldOfView: 75),
            seed: seed)
    }

    /// The numbers that the two have before and after they met; nil where they have none.
    func numbers(_ networks: PoseNetworks) throws -> (before: [Int?], after: [Int?], all: Int) {
        let frames = try FilmedScene(scene, seconds: Self.seconds, networks: networks).frames
        let all = Set(frames.flatMap { $0.bodies.map(\.number) }).count
        return (Self.numbers(frames.prefix(35)), Self.numbers(frames.suffix(20)), all)
    }

    /// The number that each has most often.
    private static func numbers(_ frames: ArraySlice<FilmedScene.Frame>) -> [Int?] {
        (0..<2).map { person in
            let counts = frames.reduce(into: [Int: Int]()) { counts, frame in
                if let body = frame.body(of: person) { counts[body.number, default: 0] += 1 }
            }
            return counts.max { $0.value < $1.value }?.key
        }
    }
}
