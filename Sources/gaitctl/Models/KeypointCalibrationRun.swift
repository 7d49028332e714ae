import ArgumentParser
import Foundation
import Gait
import GaitModels
import GaitNode
import Messaging
import Perception
import Simulation

/// Measures the errors of an estimator on figures from eight sides.
///
/// The same number of people and the same seed give the same pictures, so that an estimator outside of gaitd can be given
/// them as files.
struct KeypointCalibrationRun {
    /// Frames of a person, at 30 a second: two windows.
    private static let frames = 2 * Gait.windowFrames

    let people: Int
    let seed: UInt64

    /// What an estimator sees of one person in successive pictures; nil where it finds nobody.
    typealias Estimate = (_ film: Film, _ frame: Int, _ time: Double) throws -> Pose?

    /// The errors of a landmark network.
    ///
    /// - Parameters:
    ///   - estimator: its name in the table.
    ///   - networks: shared by all people's trackers.
    func errors(of estimator: String, networks: PoseNetworks) throws -> EstimatorErrors {
        try errors(of: estimator) { _ in
            let camera = CameraPipeline(detector: networks.detector, landmarker: networks.landmarker)
            let decoder = JPEGDecoder()
            var image = CameraImage()
            return { film, _, time in
                try camera.process(
                    film.frames(at: time)[0].jpeg, stamp: time, arrival: time, wallClock: time, by: decoder,
                    into: &image
                ).found?.bodies.first?.pose.pose
            }
        }
    }

    /// The errors of an estimator outside of gaitd, by what it found in the pictures of ``write(to:)``.
    func errors(of estimator: String, keypoints: FoundKeypoints) throws -> EstimatorErrors {
        let names = (0..<people).flatMap { person in (0..<Self.frames).map { name(person, $0) } }
        try keypoints.check(Set(names))
        return try errors(of: estimator) { person in
            { _, frame, _ in keypoints[name(person, frame)] }
        }
    }

    /// Writes the pictures, a folder for each person.
    func write(to out: String) throws {
        let folder = try FrameFolder(out)
        try forEachPerson("frames") { person, _, film in
            let own = try FrameFolder(folder.path(of: self.folder(person)))
            for frame in 0..<Self.frames {
                try own.write(film.frames(at: Self.time(frame))[0].jpeg, as: Self.file(frame))
            }
        }
    }

    /// Names the seed, so that pictures of another run are not taken for those of this one.
    private func folder(_ person: Int) -> String { String(format: "seed%llu-%03d", seed, person) }
    private static func file(_ frame: Int) -> String { String(format: "%05d.jpg", frame) }
    private func name(_ person: Int, _ frame: Int) -> String { "\(folder(person))/\(Self.file(frame))" }
    private static func time(_ frame: Int) -> Double { Double(frame) / Double(Gait.frameRate) }

    private func errors(
        of estimator: String, by estimate: (_ person: Int) throws -> Estimate
    ) throws -> EstimatorErrors {
        var calibration = EstimatorCalibration()
        try forEachPerson("calibrate") { person, scene, film in
            try Self.watch(film, scene, try estimate(person), into: &calibration)
        }
        if calibration.exchanged > 0 {
            ProgressReporter().note(
                "calibrate: left and right were exchanged in \(calibration.exchanged) windows, which are left out"
            )
        }
        return try calibration.errors(of: estimator)
    }

    private func forEachPerson(
        _ what: String, _ body: (_ person: Int, CameraScene.Options, Film) throws -> Void
    ) throws {
        var random = SeededGenerator(seed: seed)
        let progress = ProgressReporter()
        for person in 0..<people {
            try Interruption.check()
            progress.report("\(what): person \(person + 1) of \(people)")
            let emotions = Emotion.allCases
            var scene = CameraScene.Options(
                robots: 1, people: 1, emotions: [emotions[person / 8 % emotions.count]],
                seed: seed &* 1_000_003 &+ UInt64(person))
            // The estimator's rays are computed with the field of view that is assumed of cameras.
            scene.camera.fieldOfView = ImageGeometry.assumedFieldOfView
            (scene.distance, scene.side) = (random.uniform(2.5...6), Float(person % 8) * 45)
            try body(person, scene, Film(CameraScene(scene)))
        }
        progress.finish()
    }

    private static func watch(
        _ film: Film, _ scene: CameraScene.Options, _ estimate: Estimate,
        into calibration: inout EstimatorCalibration
    ) throws {
        var (seen, truth) = (PoseBuffer(), PoseBuffer())
        for frame in 0..<frames {
            let time = time(frame)
            let walker = film.scene.people[0].walker.pose(at: time)
            let view = scene.camera.view
            let rays = walker.mapped { joint in
                let point = view.point(joint)
                return ImagePose.joined(ray: SIMD2(point.x, point.y) / point.z, confidence: 1)
            }
            _ = truth.append(rays, at: time)
            if let pose = try estimate(film, frame, time) { _ = seen.append(pose, at: time) }
            guard (frame + 1) % Gait.windowFrames == 0, let window = seen.imageWindow(),
                let own = truth.imageWindow(), window.end == own.end
            else { continue }
            calibration.add(window, truth: own, bearing: scene.side)
        }
    }
}

/// What an estimator outside of gaitd found in pictures: a file of JSON lines, each a skeleton message of origin `image`
/// with one body, and `frame`, the picture's path in the folder of pictures.
struct FoundKeypoints {
    private var poses: [String: Pose] = [:]

    private struct Line: Decodable { let frame: String }

    /// - Throws: `CommandFailure` naming the line that is no such message.
    init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure.failure("\(path) cannot be read")
        }
        var message = SkeletonMessage()
        for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            do {
                let frame = try JSONDecoder().decode(Line.self, from: line).frame
                try message.decode(Array(line))
                guard message.origin == .image else {
                    throw CommandFailure.failure("its origin is not \"image\"")
                }
                poses[frame] = message.bodies.first?.pose
            } catch {
                throw CommandFailure.failure(
                    "\(path): line \(number + 1) is no skeleton message with \"frame\": \(explanation(of: error))"
                )
            }
        }
        guard !poses.isEmpty else { throw CommandFailure.failure("\(path) has no body in any line") }
    }

    subscript(frame: String) -> Pose? { poses[frame] }

    /// - Throws: `CommandFailure` naming a picture that is not among these.
    func check(_ known: Set<String>) throws(CommandFailure) {
        guard let other = poses.keys.filter({ !known.contains($0) }).min() else { return }
        throw .failure(
            "'\(other)' is no picture of this run, such as \(known.min() ?? ""); --people and --seed are those of --write-frames"
        )
    }
}

/// The option for the errors of estimators.
struct EstimatorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of tables of estimators' errors, estimator-*.json, as 'gaitctl evaluate lifter --calibrate --json' prints them; \"\" for none. Default: the installed ones.",
            valueName: "folder"))
    var estimators: String?

    /// The tables, in the order of their files' names.
    ///
    /// - Throws: `CommandFailure` naming a file that is no table.
    func tables() throws -> [EstimatorErrors] {
        let defaults = ["config/models", InstalledModels.folder]
        let folder = estimators ?? defaults.first(where: FileManager.default.fileExists) ?? ""
        guard !folder.isEmpty else { return [] }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw CommandFailure.failure(
                "the folder \(folder) cannot be read; --estimators \"\" goes without")
        }
        let tables = names.filter { $0.hasPrefix("estimator-") && $0.hasSuffix(".json") }.sorted()
        guard !tables.isEmpty || estimators == nil else {
            throw CommandFailure.failure("\(folder) has no estimator-*.json")
        }
        return try tables.map { name in
            let file = URL(filePath: folder).appending(path: name)
            do {
                let table = try JSONDecoder().decode(EstimatorErrors.self, from: Data(contentsOf: file))
                try table.validate()
                return table
            } catch {
                throw CommandFailure.failure(
                    "\(file.relativePath) is no table of an estimator's errors: \(error)")
            }
        }
    }
}
