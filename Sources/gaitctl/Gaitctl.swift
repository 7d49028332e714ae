import ArgumentParser
import Foundation
import NeuralNetwork

/// The operator's tool: `gaitctl <command>`.
@main
struct Gaitctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaitctl",
        abstract: "Train, examine and try out the perception of emotion from gait.",
        discussion: """
            Exit codes: 0 done, 1 failed, 64 wrong usage, 78 wrong configuration or model file.
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
