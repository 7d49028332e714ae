import ArgumentParser
import Foundation
import Gait
import Messaging
import Simulation

/// `gaitctl simulate`: simulated people, as robots see them, over MQTT.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Publish simulated people, as robots see them: their skeletons, or camera frames.",
        discussion: """
            Every robot publishes one skeleton message per frame on robots/{robot}/skeletons: people with the ids 1, 2, \
            3 …, dealt to the robots r1, r2 … in turn, walk in large circles with the emotions in turn. The walk is normal \
            gait in the style that the literature reports for the emotion; the seed decides who walks.

            With --watch the perceived emotions are shown in a table, and the last line is
              messages_in=… messages_out=… p50_ms=… p99_ms=… read_right=n/N
            messages_in are the skeleton messages, or frames, that gaitd says it accepted, messages_out the emotion \
            messages that arrived, p50_ms and p99_ms gaitd's latencies from a frame's arrival to its emotion's \
            publication. A person is read right if most of the person's messages with the state ok name the emotion that \
            the person walks with.

            With --frames every robot films its people, drawn as figures of capsules on textured ground, and publishes \
            JPEGs on robots/{robot}/cameras/{camera}/frame, with the user properties stamp and frame_id. The people walk \
            in place, as if the robot moved along, or past it. gaitd reads them best from the side (--side 90). With --watch \
            each robot must see exactly one person, because people before cameras have no id.

            With --out the frames go to a folder instead, without a broker: 00000.jpg, 00001.jpg …, and truth.jsonl, a \
            line for each frame with the 16 joints of every person in meters in the world, in meters before the camera, \
            and in pixels. Several robots have a folder each.

            Ctrl-C ends the simulation early, with its summary.

            Examples:
              gaitctl simulate --people 2 --robots 1 --emotions happy,sad --seconds 20
              gaitctl simulate --frames --robots 2 --people 2 --side 90 --watch
              gaitctl simulate --frames --robots 1 --people 3 --side 90 --passing --seconds 6 --out frames
              gaitctl simulate --watch --noise 0.01 --drop 0.02 --layout blazepose33
              gaitctl simulate --watch --layout azure32 --units mm --up=-y --tilt 20 --confidence
              gaitctl simulate --origin image --layout coco17 --confidence --watch
              gaitctl simulate --no-ids --clock-offset=-$(date +%s) --clock-drift 10000
            """)

    @OptionGroup var broker: BrokerOptions

    @Option(help: "The number of robots.")
    var robots = 2

    @Option(help: "The number of people.")
    var people = 4

    @Option(help: ArgumentHelp("Their emotions, in turn, separated by commas.", valueName: "list"))
    var emotions = "angry,happy,neutral,sad"

    @Option(help: "Frames per second.")
    var fps = 30.0

    @Option(help: "The order of the joints.")
    var layout = SkeletonLayout.step16

    @Option(help: ArgumentHelp("The standard deviation of every coordinate.", valueName: "meters"))
    var noise: Float = 0

    @Option(help: ArgumentHelp("The probability that a joint is missing in a frame.", valueName: "share"))
    var drop: Float = 0

    @Option(help: "How long to walk; without end by default.")
    var seconds: Double?

    @Option(help: "Seed for the people and the noise.")
    var seed: UInt64 = 1

    @Option(
        help:
            "The origin of positions: the world, each body's root, or the image of a camera that moves along."
    )
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

    @Flag(inversion: .prefixedNo, help: "Send the people's ids; without them gaitd follows people by itself.")
    var ids = true

    @Flag(inversion: .prefixedNo, help: "Send the frames' stamps; without them the time of arrival counts.")
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

    @Flag(help: "Show gaitd's results in a table.")
    var watch = false

    @OptionGroup(title: "Cameras") var cameras: CameraOptions

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try checkRange("--robots", robots, 1...100)
        try checkRange("--people", people, 1...1000)
        let most = SkeletonMessage.maximumBodies
        guard (people + robots - 1) / robots <= most else {
            throw ValidationError(
                "--people is at most \(most) for each robot: a message holds no more bodies.")
        }
        guard origin != .image || units == .metre && up == .y && tilt == 0 else {
            throw ValidationError("--units, --up and --tilt do not go with --origin image.")
        }
        try checkRange("--fps", fps, 1...240)
        try checkRange("--noise", noise, 0...1)
        try checkRange("--drop", drop, 0...1)
        if let seconds { try checkRange("--seconds", seconds, 0.1...1e7) }
        try checkRange("--tilt", tilt, -90...90)
        try checkRange("--clock-offset", clockOffset, -1e10...1e10)
        try checkRange("--clock-drift", clockDrift, -900_000...100_000_000)
        guard !watch || ids else {
            throw ValidationError("--watch recognizes people by their ids, so it cannot go with --no-ids.")
        }
        _ = try walkedEmotions()
        if cameras.frames { try validateFrames() }
    }

    private func validateFrames() throws {
        guard layout == .step16, origin == .world, units == .metre, up == .y, tilt == 0, noise == 0,
            drop == 0, !confidence, ids
        else {
            throw ValidationError("The options of skeletons do not go with --frames.")
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
        guard !watch else { throw ValidationError("--out publishes nothing to watch.") }
        guard let seconds else { throw ValidationError("--out needs --seconds.") }
        guard seconds * fps <= Double(FilmWriter.mostFrames) else {
            throw ValidationError("--out holds at most \(FilmWriter.mostFrames) frames.")
        }
    }

    func run() throws {
        if let out = cameras.out, let seconds {
            let writer = try FilmWriter(try film(), to: out)
            return try output.emit(writer.run(rate: fps, seconds: seconds, progress: ProgressReporter()))
        }
        var simulator = try Simulator(
            view: try view(),
            clock: RobotClock(offset: clockOffset, drift: clockDrift, isSent: stamps),
            configuration: broker.configuration(purpose: "simulate"), watches: watch)
        let publication = try run(&simulator)
        let progress = ProgressReporter()
        if publication.skipped > 0 {
            progress.note(
                "simulate: \(publication.skipped) frames were more than 1 s late and were skipped")
        }
        guard let record = simulator.record else { return try output.emit(publication) }
        guard record.health != nil else {
            throw CommandFailure.failure(
                "no health message of gaitd arrived; is it running, and connected to this broker?")
        }
        if !simulator.isHealthCurrent {
            progress.note("simulate: gaitd's last health message is older than the last frame")
        }
        let summary = PerceptionSummary(record)
        try output.emit(summary) { summary.text }
    }

    private func view() throws -> SimulatedView {
        if cameras.frames { return .frames(try film()) }
        let options = SimulatedScene.Options(
            robots: robots, people: people, emotions: try walkedEmotions(), layout: layout,
            origin: origin, frame: SensorFrame(units: units, up: up, tilt: tilt),
            hasIDs: ids, confidence: confidence ? 0.9 : nil, noise: noise, dropProbability: drop, seed: seed)
        return .skeletons(SimulatedScene(options))
    }

    private func film() throws -> Film {
        cameras.film(
            robots: robots, people: people, emotions: try walkedEmotions(), seconds: seconds, seed: seed)
    }

    private func run(_ simulator: inout Simulator) throws -> Simulator.Publication {
        var table = PerceptionTable(onStandardError: output.json)
        let progress = ProgressReporter()
        defer { progress.finish() }
        let publication = try simulator.run(rate: fps, seconds: seconds) { time, record in
            if let record { return table.draw(record.people, at: time) }
            let total = seconds.map { " of \($0)" } ?? ""
            progress.report("simulate: \(people) people walk, \(Int(time))\(total) s")
        }
        if let record = simulator.record {
            table.draw(record.people, at: publication.seconds, force: true)
        }
        return publication
    }

    private func walkedEmotions() throws -> [Emotion] {
        let names = emotions.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !names.isEmpty else { throw ValidationError("--emotions is empty.") }
        return try names.map { name in
            guard let emotion = Emotion(rawValue: name) else {
                let known = Emotion.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--emotions: \"\(name)\" is not one of \(known).")
            }
            return emotion
        }
    }
}

/// The options that say how people are filmed.
struct CameraOptions: ParsableArguments {
    @Flag(help: "Film the people: publish frames, JPEGs, instead of skeletons.")
    var frames = false

    @Option(
        help: ArgumentHelp(
            "Write the frames, and where the people truly are, to a new folder instead; for --seconds.",
            valueName: "folder"))
    var out: String?

    @Option(help: ArgumentHelp("The name of every robot's camera.", valueName: "name"))
    var camera = "front"

    @Option(help: ArgumentHelp("The frames' width.", valueName: "pixels"))
    var width = 1280

    @Option(help: ArgumentHelp("The frames' height.", valueName: "pixels"))
    var height = 720

    @Option(
        help: ArgumentHelp("The angle from the left of the picture to its right.", valueName: "degrees"))
    var fieldOfView: Float = 66

    @Option(help: ArgumentHelp("How high the cameras are above the ground.", valueName: "meters"))
    var cameraHeight: Float = 1.2

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How far they look up; negative: down.", valueName: "degrees"))
    var pitch: Float = -4

    @Option(help: ArgumentHelp("Distance of the nearest people.", valueName: "meters"))
    var distance: Float = 3.5

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The side that people are seen from: 0 from the front, 90 from their left, 180 from behind.",
            valueName: "degrees"))
    var side: Float = 0

    @Flag(
        help: """
            People walk past, and are in the middle of the picture at half of --seconds. Without it they stay before \
            the camera, as if the robot moved along.
            """)
    var passing = false

    @Option(help: "The quality of the JPEGs, 1 to 100.")
    var quality = 85

    func validate() throws {
        try TopicOptions.check("--camera", camera)
        try checkRange("--width", width, 64...4096)
        try checkRange("--height", height, 64...2304)
        try checkRange("--field-of-view", fieldOfView, 10...150)
        try checkRange("--camera-height", cameraHeight, 0.05...20)
        try checkRange("--pitch", pitch, -80...80)
        try checkRange("--distance", distance, 0.5...50)
        try checkRange("--side", side, -360...360)
        try checkRange("--quality", quality, 1...100)
        guard frames || isUntouched else {
            throw ValidationError("The options of cameras need --frames.")
        }
    }

    /// Whether no option is given.
    private var isUntouched: Bool {
        out == nil && !passing && camera == "front" && width == 1280 && height == 720 && fieldOfView == 66
            && cameraHeight == 1.2 && pitch == -4 && distance == 3.5 && side == 0 && quality == 85
    }

    /// The film that the options describe.
    ///
    /// - Parameter seconds: how long it is; people who pass are in the middle at half of it.
    func film(robots: Int, people: Int, emotions: [Emotion], seconds: Double?, seed: UInt64) -> Film {
        var options = CameraScene.Options(robots: robots, people: people, emotions: emotions, seed: seed)
        options.camera = PinholeCamera(
            position: SIMD3(0, cameraHeight, 0), pitch: pitch, fieldOfView: fieldOfView, width: width,
            height: height)
        (options.name, options.distance, options.side) = (camera, distance, side)
        options.passing = passing ? seconds.map { $0 / 2 } : nil
        return Film(CameraScene(options), quality: quality)
    }
}
