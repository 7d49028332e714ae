import TestSupport
import Testing

@testable import Perception

@Suite("The walker's clip", .sharedData)
struct WalkerTests {
    private static func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }

    /// A square that has the walker whole.
    private static func tile(_ number: Int) -> ImageArea {
        ImageArea(x: number < 110 ? 560 : 0, y: 0, width: 720, height: 720)
    }

    @Test("has the walker found in square tiles of it")
    func detection() throws {
        let detector = try PoseDetector(PoseModelFile(path: SharedData.model("pose_detection.tflite")))
        let reference = try WalkerClip.reference()
        var image = CameraImage()
        for number in stride(from: 60, through: 180, by: 20) {
            try WalkerClip.decode(number, into: &image)
            let walker = try reference.walker(number)
            let detections = try detector.detect(in: image, area: Self.tile(number))
            #expect(detections == detections.sorted { $0.score > $1.score })
            let nearest = try #require(
                detections.min {
                    WalkerClip.distance($0.region.center, walker.hips)
                        < WalkerClip.distance($1.region.center, walker.hips)
                })
            #expect(
                WalkerClip.distance(nearest.region.center, walker.hips) < 0.1 * walker.height,
                "frame \(number)")
            #expect(abs(nearest.region.rotation) < 0.4)
            #expect(1.2...2.4 ~= nearest.region.side / walker.height)
        }
    }

    @Test("has the walker's landmarks where the reference has them, the region carried from frame to frame")
    func landmarks() throws {
        let detector = try PoseDetector(PoseModelFile(path: SharedData.model("pose_detection.tflite")))
        let landmarker = try PoseLandmarker(
            PoseModelFile(path: SharedData.model("pose_landmark_lite.tflite")))
        let reference = try WalkerClip.reference()
        var image = CameraImage()
        try WalkerClip.decode(60, into: &image)
        var region = try #require(try detector.detect(in: image, area: Self.tile(60)).first).region
        var (distances, depths, visibilities): ([Float], [Float], [Float]) = ([], [], [])
        for number in 60..<110 {
            try WalkerClip.decode(number, into: &image)
            let body = try landmarker.landmarks(in: image, region: region)
            region = body.nextRegion
            #expect(body.score > 0.9)
            let walker = try reference.walker(number)
            distances += walker.distances(to: body.positions)
            depths += zip(body.world, walker.world).map { abs($0.z - $1[2]) }
            visibilities += zip(body.visibility, walker.visibility).map { abs($0 - $1) }
        }
        #expect(Self.median(distances) < 0.01)
        #expect(Self.median(depths) < 0.02)
        #expect(Self.median(visibilities) < 0.01)
    }

    @Test("has no detection in an area outside the image")
    func nobody() throws {
        let detector = try PoseDetector(PoseModelFile(path: SharedData.model("pose_detection.tflite")))
        var image = CameraImage()
        try WalkerClip.decode(60, into: &image)
        let outside = ImageArea(x: 5000, y: 0, width: 700, height: 700)
        #expect(try detector.detect(in: image, area: outside).isEmpty)
        #expect(throws: PerceptionError.self) {
            try detector.detect(in: image, area: ImageArea(x: 0, y: 0, width: 0, height: 0))
        }
    }
}
