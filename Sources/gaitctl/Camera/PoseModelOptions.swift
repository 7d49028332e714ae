import ArgumentParser
import Perception

/// The option for the pose models' location.
struct PoseModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of the two pose models, or their .task bundle: gaitd's perception.models.",
            valueName: "path"))
    var models = "config/models"

    /// The networks that find people in frames.
    ///
    /// - Throws: `CommandFailure.configuration` if they are missing or damaged.
    func networks() throws -> PoseNetworks { try PoseNetworks(in: models) }
}

/// The two networks; any number of trackers on one thread may share them.
struct PoseNetworks {
    let detector: PoseDetector
    let landmarker: PoseLandmarker

    /// - Parameter path: a folder or a bundle.
    /// - Throws: `PerceptionError`, or a `CommandFailure` that explains how to get missing models.
    init(in path: String) throws {
        let files: PoseModelFiles
        do throws(PerceptionError) {
            files = try PoseModelFiles(in: path)
        } catch {
            guard error.modelsAreMissing else { throw error }
            throw CommandFailure.configuration(
                "\(error) 'launch/fetch-models' downloads the pose models, --models names their folder")
        }
        detector = try PoseDetector(files.detector)
        landmarker = try PoseLandmarker(files.landmarker)
    }
}
