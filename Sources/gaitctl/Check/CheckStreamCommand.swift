import ArgumentParser
import Foundation
import Gait
import GaitModels
import GaitNode
import Messaging
import NeuralNetwork

/// `gaitctl check-stream`: whether a robot's skeletons are what gaitd needs.
struct CheckStreamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-stream",
        abstract: "Check a robot's skeletons, and report what is wrong with them.",
        discussion: """
            Someone should walk in front of the robot meanwhile. Checked are what gaitd rejects, rate, clock, ids, missing \
            joints, layout, units, up axis, limb lengths, and left and right; what is wrong comes with the message's \
            fields that would correct it. Of keypoints in a picture, checked are its size and focal length, whether they are \
            in it, and their confidences. The emotions that gaitd would publish are counted by state.

            Exits with 0 if nothing is wrong, otherwise with 1.

            Examples:
              gaitctl check-stream --robot r1
              gaitctl check-stream --robot r1 --camera head --seconds 30 --json
            """)

    @OptionGroup var broker: BrokerOptions
    @OptionGroup var prefixes: TopicOptions

    @Option(help: ArgumentHelp("The robot.", valueName: "name"))
    var robot: String

    @Option(help: ArgumentHelp("The camera, if the robot publishes skeletons by camera.", valueName: "name"))
    var camera: String?

    @Option(help: "How long to listen.")
    var seconds = 10.0

    @Option(help: ArgumentHelp("The emotion model's file. Default: the installed one.", valueName: "file"))
    var model: String?

    @OptionGroup var lifting: LiftingOptions

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try TopicOptions.check("--robot", robot)
        if let camera { try TopicOptions.check("--camera", camera) }
        try checkRange("--seconds", seconds, 1...600)
    }

    func run() throws {
        let topics = try prefixes.topics()
        let classifier = try emotionModel()
        let lift = try lifting.lift()
        let topic = topics.skeletons(SkeletonSource(robot: robot, camera: camera))
        let connection = try BrokerConnection(
            broker.configuration(purpose: "check"), filters: [topic])
        defer { connection.stop() }
        let record = try listen(to: connection, classifier: classifier, lift: lift)
        guard record.messages > 0 else { throw try silence(topic, connection, topics) }
        let check = StreamCheck(record, topic: topic)
        try output.emit(check) { check.text }
        if connection.dropped > 0 {
            ProgressReporter().note(
                "check-stream: \(connection.dropped) messages arrived too fast and were skipped")
        }
        let faults = check.findings.wrongSubjects
        guard faults.isEmpty else {
            throw CommandFailure.failure("\(topic): wrong are \(faults.joined(separator: ", "))")
        }
    }

    /// The emotion model: the named one, or the default if there is one.
    private func emotionModel() throws(ModelError) -> EmotionClassifier? {
        BLAS.useThreads(1)
        let defaults = ["config/models/step-default.safetensors", InstalledModels.classifier]
        let path = model ?? defaults.first(where: FileManager.default.fileExists)
        return try path.map { (path) throws(ModelError) in try EmotionClassifier(contentsOf: path) }
    }

    private func listen(
        to connection: BrokerConnection, classifier: EmotionClassifier?, lift: Lift?
    ) throws -> StreamRecord {
        let progress = ProgressReporter()
        defer { progress.finish() }
        var record = StreamRecord(classifier: classifier, lift: lift)
        let start = Arrival.monotonicSeconds()
        while let message = try connection.next(until: start + seconds) {
            // gaitd takes no retained message for a live one.
            if message.retained { continue }
            record.take(message.payload, arrival: message.arrival ?? .now())
            let passed = Int(Arrival.monotonicSeconds() - start)
            progress.report("check-stream: \(record.messages) messages, \(passed) of \(Int(seconds)) s")
        }
        return record
    }

    /// Why nothing came: the topics on which something does.
    private func silence(
        _ topic: String, _ connection: BrokerConnection, _ topics: Topics
    ) throws -> CommandFailure {
        try Interruption.check()
        for filter in topics.skeletonFilters() { try connection.client.subscribe(filter) }
        var others = Set<String>()
        let deadline = Arrival.monotonicSeconds() + 2
        while others.count < 10, let message = try connection.next(until: deadline) {
            others.insert(message.topic)
        }
        let hint =
            others.isEmpty
            ? "and none on any other robot's topics; does it publish to this broker?"
            : "but on \(others.sorted().joined(separator: ", "))"
        return .failure("no message arrived on \(topic) in \(Int(seconds)) s, \(hint)")
    }
}
