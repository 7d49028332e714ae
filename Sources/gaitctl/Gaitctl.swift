import ArgumentParser
import Foundation
import Gait
import Messaging
import NeuralNetwork

/// The operator's tool: `gaitctl <command>`.
@main
struct Gaitctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaitctl",
        abstract: "Train, evaluate and operate the recognition of perceived emotion from gait.",
        discussion: """
            Exit codes: 0 success, 1 failure, 64 wrong usage, 78 invalid configuration or model file.
            With --json a command prints exactly one JSON object on stdout; progress goes to stderr.

            Examples:
              gaitctl simulate --watch --seconds 20
              gaitctl classify --model config/models/step-default.safetensors --recording walk.jsonl
            """,
        subcommands: [
            TrainCommand.self, GenerateCommand.self, EvaluateCommand.self, ClassifyCommand.self,
            FeaturesCommand.self,
            ModelCommand.self, BenchmarkCommand.self, SimulateCommand.self, RecordCommand.self,
            ReplayCommand.self, StatusCommand.self, TopCommand.self, RequestCommand.self,
            CheckStreamCommand.self,
            DrawCommand.self, AnnotateCommand.self,
            ExplainCommand.self, ExperimentsCommand.self, DatasetCommand.self, StoreCommand.self,
            RetrainCommand.self,
        ])

    /// Parses and runs the command line; an error ends the program with one line on stderr.
    static func main() async {
        BLAS.useFittingKernels()
        Interruption.arm()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard let failure = CommandFailure(error) else { exit(withError: error) }
            FileHandle.standardError.write(Data("gaitctl: \(failure.oneLine)\n".utf8))
            Foundation.exit(failure.exitStatus)
        }
    }
}

/// The models that an installation has in `share/gaitd/models` beside the folder of this program, so that a package
/// below `/usr` and an administrator's installation below `/usr/local` each find their own.
enum InstalledModels {
    /// The classifier.
    static let classifier = path("step-default.safetensors")
    /// The generator of synthetic gaits.
    static let generator = path("step-gen-default.safetensors")

    /// The lifter of skeletons in pictures.
    static let lifter = path("lifter-default.safetensors")

    /// Where all of them are.
    static let folder = URL(filePath: classifier).deletingLastPathComponent().path

    /// - Parameter program: this program's file.
    /// - Returns: The model's path; below `/usr/local`, where `launch/install` puts it, if none lies beside the program.
    static func path(_ name: String, program: String = "/proc/self/exe") -> String {
        let folder = URL(filePath: program).resolvingSymlinksInPath().deletingLastPathComponent()
        let beside = folder.deletingLastPathComponent().appending(path: "share/gaitd/models/\(name)").path
        return FileManager.default.fileExists(atPath: beside)
            ? beside : "/usr/local/share/gaitd/models/\(name)"
    }
}

// Values of other modules that the command line gives by their raw values.

extension AffectiveOrigin: ExpressibleByArgument {}
extension CoordinateOrigin: ExpressibleByArgument {}
extension Emotion: ExpressibleByArgument {}
extension LengthUnit: ExpressibleByArgument {}
extension SkeletonLayout: ExpressibleByArgument {}
extension UpAxis: ExpressibleByArgument {}

/// Throws a `ValidationError` with the rule if it is not kept.
func require(_ isKept: Bool, _ rule: String) throws(ValidationError) {
    if !isKept { throw ValidationError(rule) }
}

/// Throws a `ValidationError` for an option's value that is outside its range.
func checkRange<Value: Comparable>(
    _ option: String, _ value: Value?, _ range: ClosedRange<Value>, _ unit: String = ""
) throws(ValidationError) {
    guard let value, !range.contains(value) else { return }
    func text(_ bound: Value) -> String { "\(bound)".replacing(/\.0$/, with: "") }
    let unit = unit.isEmpty ? "" : " \(unit)"
    throw ValidationError(
        "\(option) is \(text(range.lowerBound)) to \(text(range.upperBound))\(unit), not \(value).")
}
