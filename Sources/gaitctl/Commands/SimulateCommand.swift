import ArgumentParser
import Foundation
import Gait
import Messaging
import Simulation

/// `gaitctl simulate`: robots that see people walk, over MQTT.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Publish simulated people, as robots see them: their skeletons, or camera frames.",
        discussion: """
            Every robot publishes one skeleton message per frame on robots/{robot}/skeletons: people with the ids 1, 2, \
            3 …, dealt to the robots r1, r2 … in turn, who walk in large circles as the emotions say, in turn. The walk \
            is normal gait in the style that the literature reports for the emotion; the seed decides who walks.

            With --watch the perceived emotions are shown in a table, and the last line is
              messages_in=… messages_out=… p50_ms=… p99_ms=… read_right=n/N
            messages_in are the skeleton messages, or frames, that gaitd says it accepted, messages_out the emotion \
            messages that arrived, p50_ms and p99_ms gaitd's latencies from a frame's arrival to its emotion's publication. A person \
            is read right when most of the person's messages with the state ok name the emotion that is walked.

            With --frames every robot films its people, drawn as figures of capsules on textured ground, and publishes \
            JPEGs on robots/{robot}/cameras/{camera}/frame, with the user properties stamp and frame_id. They walk in \
            place, as if the robot went along, or past it. With --out the frames are written to a folder instead, \
            without a broker: 00000.jpg, 00001.jpg …, and truth.jsonl, a line for each frame with the 16 joints of \
            everybody in metres in the world, in metres before the camera, and in pixels. Where there are several robots \
            there is a folder for each. From the side gaitd reads them best (--side 90). To be watched, each of them must see one person: cameras give nobody an id.

            Ctrl-C ends the simulation early, with its summary.

            Examples:
              gaitctl simulate --people 2 --robots 1 --emotions happy,sad --seconds 20
              gaitctl simulate --frames --robots 2 --people 2 --side 90 --watch
              gaitctl simulate --frames --robots 1 --people 3 --side 90 --passing --seconds 6 --out frames
              gaitctl simulate --watch --noise 0.01 --drop 0.02 --layout blazepose33
              gaitctl simulate --watch --layout azure32 --units mm --up=-y --tilt 20 --confidence
              gaitctl simulate --no-ids --clock-offset=-$(date +%s) --clock-drift 10000
            """)

    @OptionGroup var broker: BrokerOptions

    @Option(help: "The number of robots.")
    var robots = 2

    @Option(help: "The number of people.")
    var people = 4

    @Option(help: ArgumentHelp("How they walk, in turn, separated by commas.", valueName: "list"))
    var emotions = "angry,happy,neutral,sad"

    @Option(help: "Frames per second.")
    var fps = 30.0

    @Option(help: "The order of the joints.")
    var layout = SkeletonLayout.step16

    @Option(help: ArgumentHelp("The standard deviation of every coordinate.", valueName: "metres"))
    var noise: Float = 0

    @Option(help: ArgumentHelp("The probability that a joint is missing in a frame.", valueName: "share"))
    var drop: Float = 0

    @Option(help: "How long to walk; for ever without it.")
    var seconds: Double?

    @Option(help: "Decides who walks, and the noise.")
    var seed: UInt64 = 1

    @Option(help: "What positions are relative to: the world, or each body's root.")
    var origin = CoordinateOrigin.world

    @Option(help: "The unit of positions.")
    var units = LengthUnit.metre

    @Option(parsing: .unconditional, help: "The axis that points up, as in --up=-y.")
    var up = UpAxis.y

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How far the sensors look down; sent as the orientation that undoes it.", valueName: "degrees"))
    var tilt: Float = 0

    @Flag(help: "Send the joints' confidence, 0.9, as a fourth number.")
    var confidence = false

    @Flag(inversion: .prefixedNo, help: "Send the people's ids; without them gaitd follows people itself.")
    var ids = true

    @Flag(inversion: .prefixedNo, help: "Send the frames' stamps; without them their arrival counts.")
    var stamps = true

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How far ahead of the wall clock the robots' clocks begin; never before 0.", valueName: "seconds")
    )
    var clockOffset = 0.0

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How much faster the robots' clocks run, in millionths.", valueName: "ppm"))
    var clockDrift = 0.0

    @Flag(help: "Show what gaitd perceives.")
    var watch = false

    @OptionGroup(title: "Cameras") var cameras: CameraOptions

    @OptionGroup var output: OutputOptions

    func validate() throws {
        func check<Value: Comparable>(_ name: String, _ value: Value, _ range: ClosedRange<Value>) throws {
            guard range.contains(value) else {
                throw ValidationError(
                    "--\(name) is \(range.lowerBound) to \(range.upperBound), not \(value).")
            }
        }
        try check("robots", robots, 1...100)
        try check("people", people, 1...1000)
        let most = SkeletonMessage.maximumBodies
        guard (people + robots - 1) / robots <= most else {
            throw ValidationError(
                "--people is at most \(most) for each robot: a message holds no more bodies.")
        }
        try check("fps", fps, 1...240)
        try check("noise", noise, 0...1)
        try check("drop", drop, 0...1)
        if let seconds { try check("seconds", seconds, 0.1...1e7) }
        try check("tilt", tilt, -90...90)
        try check("clock-offset", clockOffset, -1e10...1e10)
        try check("clock-drift", clockDrift, -900_000...100_000_000)
        guard !watch || ids else {
            throw ValidationError("--watch knows people by their ids, so it cannot go with --no-ids.")
        }
        _ = try walkedEmotions()
        if cameras.frames { try validateFrames() }
    }

    private func validateFrames() throws {
        guard layout == .step16, origin == .world, units == .metre, up == .y, tilt == 0, noise == 0,
            drop == 0,
            !confidence, ids
        else {
            throw ValidationError("What is said of skeletons does not go with --frames.")
        }
        let most = 32
        guard (people + robots - 1) / robots <= most else {
            throw ValidationError("--people is at most \(most) before each camera.")
        }
        guard !watch || people == robots else {
            throw ValidationError(
                "--watch with --frames needs one person for each robot: --people \(robots).")
        }
        guard !cameras.passing || seconds != nil else {
            throw ValidationError("--passing needs --seconds: people are in the middle at half of them.")
        }
        guard cameras.out != nil else { return }
        guard !watch else { throw ValidationError("--out publishes nothing that could be watched.") }
        guard let seconds else { throw ValidationError("--out needs --seconds.") }
        guard seconds * fps <= Double(FrameFolder.mostFrames) else {
            throw ValidationError("--out holds at most \(FrameFolder.mostFrames) frames.")
        }
    }

    func run() throws {
        if cameras.out != nil { return try runToFolder() }
        var simulator = try Simulator(
            view: try view(),
            clock: RobotClock(offset: clockOffset, drift: clockDrift, isSent: stamps),
            configuration: broker.configuration(purpose: "simulate"), watches: watch)
        let outcome = watch ? try runWatched(&simulator) : try runUnwatched(&simulator)
        if outcome.skipped > 0 {
            ProgressReporter().note(
                "simulate: \(outcome.skipped) frames were more than 1 s late and left out")
        }
        guard let perception = outcome.perception else {
            try output.emit(PublicationSummary(outcome)) { PublicationSummary(outcome).text }
            return
        }
        guard perception.health != nil else {
            throw CommandFailure.failure(
                "no health message of gaitd arrived; is it running, and connected to this broker?")
        }
        if !outcome.isHealthCurrent {
            ProgressReporter().note("simulate: gaitd's last health message is older than the last frame")
        }
        try output.emit(PerceptionSummary(perception)) { PerceptionSummary(perception).text }
    }

    private func view() throws -> SimulatedView {
        if cameras.frames { return .frames(try film()) }
        let scene = SimulatedScene(
            SimulatedScene.Options(
                robots: robots, people: people, emotions: try walkedEmotions(), layout: layout,
                origin: origin, frame: SensorFrame(units: units, up: up, tilt: tilt), hasIDs: ids,
                confidence: confidence ? 0.9 : nil, noise: noise, dropProbability: drop, seed: seed))
        return .skeletons(scene)
    }

    private func film() throws -> CameraScene {
        cameras.scene(
            robots: robots, people: people, emotions: try walkedEmotions(), seconds: seconds, seed: seed)
    }

    private func runToFolder() throws {
        guard let out = cameras.out, let seconds else { return }
        var writer = try FilmWriter(try film(), to: out)
        let summary = try writer.run(rate: fps, seconds: seconds, progress: ProgressReporter())
        try output.emit(summary) { summary.text }
    }

    private func runWatched(_ simulator: inout Simulator) throws -> Simulator.Outcome {
        var table = PerceptionTable(onStandardError: output.json)
        let outcome = try simulator.run(rate: fps, seconds: seconds) { time, people in
            table.draw(people, at: time)
        }
        table.draw(outcome.perception?.people ?? [], at: outcome.seconds, force: true)
        return outcome
    }

    private func runUnwatched(_ simulator: inout Simulator) throws -> Simulator.Outcome {
        let progress = ProgressReporter()
        defer { progress.finish() }
        return try simulator.run(rate: fps, seconds: seconds) { time, _ in
            let total = seconds.map { " of \($0)" } ?? ""
            progress.report("simulate: \(people) people walk, \(Int(time))\(total) s")
        }
    }

    private func walkedEmotions() throws -> [Emotion] {
        let names = emotions.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !names.isEmpty else { throw ValidationError("--emotions is empty.") }
        return try names.map { name in
            guard let emotion = Emotion(rawValue: name) else {
                let known = Emotion.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--emotions: \"\(name)\" is none of \(known).")
            }
            return emotion
        }
    }
}
