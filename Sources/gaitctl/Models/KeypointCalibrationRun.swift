import ArgumentParser
import Foundation
import Gait
import GaitModels
import GaitNode
import Perception
import Simulation

/// Measures the errors of a landmark network on figures from eight sides.
struct KeypointCalibrationRun {
    /// Frames of a person, at 30 a second: two windows.
    private static let frames = 2 * Gait.windowFrames

    /// - Parameters:
    ///   - estimator: the network's name in the table.
    ///   - networks: shared by all people's trackers.
    static func errors(
        of estimator: String, people: Int, seed: UInt64, networks: PoseNetworks
    ) throws -> EstimatorErrors {
        var calibration = EstimatorCalibration()
        var random = SeededGenerator(seed: seed)
        let progress = ProgressReporter()
        for person in 0..<people {
            try Interruption.check()
            progress.report("calibrate: person \(person + 1) of \(people)")
            let emotions = Emotion.allCases
            var scene = CameraScene.Options(
                robots: 1, people: 1, emotions: [emotions[person / 8 % emotions.count]],
                seed: seed &* 1_000_003 &+ UInt64(person))
            (scene.distance, scene.side) = (random.uniform(2.5...6), Float(person % 8) * 45)
            try film(scene, networks, into: &calibration)
        }
        progress.finish()
        if calibration.exchanged > 0 {
            progress.note(
                "calibrate: left and right were exchanged in \(calibration.exchanged) windows, which are left out"
            )
        }
        return try calibration.errors(of: estimator)
    }

    private static func film(
        _ scene: CameraScene.Options, _ networks: PoseNetworks, into calibration: inout EstimatorCalibration
    ) throws {
        let film = Film(CameraScene(scene))
        let camera = CameraPipeline(detector: networks.detector, landmarker: networks.landmarker)
        let decoder = JPEGDecoder()
        var image = CameraImage()
        var (seen, truth) = (PoseBuffer(), PoseBuffer())
        for frame in 0..<frames {
            let time = Double(frame) / Double(Gait.frameRate)
            let walker = film.scene.people[0].walker.pose(at: time)
            let view = scene.camera.view
            let rays = walker.mapped { joint in
                let point = view.point(joint)
                return ImagePose.joined(ray: SIMD2(point.x, point.y) / point.z, confidence: 1)
            }
            _ = truth.append(rays, at: time)
            let found = try camera.process(
                film.frames(at: time)[0].jpeg, stamp: time, arrival: time, wallClock: time, by: decoder,
                into: &image
            ).found
            if let body = found?.bodies.first { _ = seen.append(body.pose.pose, at: time) }
            guard (frame + 1) % Gait.windowFrames == 0, let window = seen.imageWindow(),
                let own = truth.imageWindow(), window.end == own.end
            else { continue }
            calibration.add(window, truth: own, bearing: scene.side)
        }
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
