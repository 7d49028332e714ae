import ArgumentParser
import Gait
import Simulation

/// The options that say how people are filmed.
struct CameraOptions: ParsableArguments {
    @Flag(help: "Film the people: publish frames, JPEGs, instead of skeletons.")
    var frames = false

    @Option(
        help: ArgumentHelp(
            "Write the frames, and where everybody truly is, to a new folder instead; for --seconds.",
            valueName: "folder"))
    var out: String?

    @Option(help: ArgumentHelp("What every robot's camera is called.", valueName: "name"))
    var camera = "front"

    @Option(help: ArgumentHelp("The frames' width.", valueName: "pixels"))
    var width = 1280

    @Option(help: ArgumentHelp("The frames' height.", valueName: "pixels"))
    var height = 720

    @Option(
        help: ArgumentHelp("The angle from the left of the picture to its right.", valueName: "degrees"))
    var fieldOfView: Float = 66

    @Option(help: ArgumentHelp("How high the cameras are above the ground.", valueName: "metres"))
    var cameraHeight: Float = 1.2

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How far they look up; negative: down.", valueName: "degrees"))
    var pitch: Float = -4

    @Option(help: ArgumentHelp("How far away the nearest people are.", valueName: "metres"))
    var distance: Float = 3.5

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "From where people are seen: 0 from the front, 90 from their left, 180 from behind.",
            valueName: "degrees"))
    var side: Float = 0

    @Flag(
        help: """
            People walk past, and are in the middle of the picture at half of --seconds; without it they stay before \
            the camera, as if the robot went along.
            """)
    var passing = false

    @Option(help: "The quality of the JPEGs, 1 to 100.")
    var quality = 85

    func validate() throws {
        func check<Value: Comparable>(_ name: String, _ value: Value, _ range: ClosedRange<Value>) throws {
            guard range.contains(value) else {
                throw ValidationError(
                    "--\(name) is \(range.lowerBound) to \(range.upperBound), not \(value).")
            }
        }
        try TopicOptions.check("--camera", camera)
        try check("width", width, 64...4096)
        try check("height", height, 64...2304)
        try check("field-of-view", fieldOfView, 10...150)
        try check("camera-height", cameraHeight, 0.05...20)
        try check("pitch", pitch, -80...80)
        try check("distance", distance, 0.5...50)
        try check("side", side, -360...360)
        try check("quality", quality, 1...100)
        guard frames || isUntouched else {
            throw ValidationError("Cameras film with --frames; without it skeletons are published.")
        }
    }

    /// Whether nothing is said of cameras.
    private var isUntouched: Bool {
        out == nil && !passing && camera == "front" && width == 1280 && height == 720 && fieldOfView == 66
            && cameraHeight == 1.2 && pitch == -4 && distance == 3.5 && side == 0 && quality == 85
    }

    /// What is filmed.
    ///
    /// - Parameter seconds: how long; for those who pass.
    func scene(
        robots: Int, people: Int, emotions: [Emotion], seconds: Double?, seed: UInt64
    ) -> CameraScene {
        let camera = PinholeCamera(
            position: SIMD3(0, cameraHeight, 0), pitch: pitch, fieldOfView: fieldOfView, width: width,
            height: height)
        return CameraScene(
            CameraScene.Options(
                robots: robots, people: people, emotions: emotions, camera: camera, name: self.camera,
                distance: distance, side: side, passing: passing ? seconds.map { $0 / 2 } : nil,
                quality: quality, seed: seed))
    }
}
