import Foundation
import TestSupport
import Testing

@testable import Perception

@Suite("The walker's clip", .sharedData)
struct WalkerTests {
    private struct Reference: Decodable {
        struct Person: Decodable { let frames: [Frame] }
        struct Frame: Decodable {
            let frame: Int
            let xy: [[Float]]
            let visibility: [Float]
            let world: [[Float]]

            var points: [SIMD2<Float>] { xy.map { [$0[0], $0[1]] } }
            var height: Float { (xy.map { $0[1] }.max() ?? 0) - (xy.map { $0[1] }.min() ?? 0) }
        }
        let people: [Person]

        /// The second person, who walks across, in a frame.
        func walker(_ number: Int) throws -> Frame {
            try #require(people[1].frames.first { $0.frame == number })
        }
    }

    private static func reference() throws -> Reference {
        let file = URL(filePath: SharedData.fixture("blazepose-walker.json"))
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }

    private static func decode(_ number: Int, _ image: inout CameraImage) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: SharedData.walkerFrame(number))))
        try JPEGDecoder().decode(bytes.span, into: &image)
    }

    private static func distance(_ first: SIMD2<Float>, _ second: SIMD2<Float>) -> Float {
        ((first - second) * (first - second)).sum().squareRoot()
    }

    private static func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }

    /// A square that has the walker whole.
    private static func tile(_ number: Int) -> ImageArea {
        ImageArea(x: number < 110 ? 560 : 0, y: 0, width: 720, height: 720)
    }

    @Test("has the walker found in square tiles of it")
    func detection() throws {
        let detector = try PoseDetector(PoseModelFile(path: SharedData.model("pose_detection.tflite")))
        let reference = try Self.reference()
        var image = CameraImage()
        for number in stride(from: 60, through: 180, by: 20) {
            try Self.decode(number, &image)
            let walker = try reference.walker(number)
            let hips = (walker.points[23] + walker.points[24]) / 2
            let detections = try detector.detect(in: image, area: Self.tile(number))
            #expect(detections == detections.sorted { $0.score > $1.score })
            let nearest = try #require(
                detections.min {
                    Self.distance($0.region.center, hips) < Self.distance($1.region.center, hips)
                })
            #expect(Self.distance(nearest.region.center, hips) < 0.1 * walker.height, "frame \(number)")
            #expect(abs(nearest.region.rotation) < 0.4)
            #expect(1.2...2.4 ~= nearest.region.side / walker.height)
        }
    }

    @Test("has the walker's landmarks where the reference has them, the region carried from frame to frame")
    func landmarks() throws {
        let detector = try PoseDetector(PoseModelFile(path: SharedData.model("pose_detection.tflite")))
        let landmarker = try PoseLandmarker(
            PoseModelFile(path: SharedData.model("pose_landmark_lite.tflite")))
        let reference = try Self.reference()
        var image = CameraImage()
        try Self.decode(60, &image)
        var region = try #require(try detector.detect(in: image, area: Self.tile(60)).first).region
        var (distances, depths, visibilities): ([Float], [Float], [Float]) = ([], [], [])
        for number in 60..<110 {
            try Self.decode(number, &image)
            let body = try landmarker.landmarks(in: image, region: region)
            region = body.nextRegion
            #expect(body.score > 0.9)
            let walker = try reference.walker(number)
            for (position, expected) in zip(body.positions, walker.points) {
                distances.append(Self.distance([position.x, position.y], expected) / walker.height)
            }
            depths += zip(body.world, walker.world).map { abs($0.z - $1[2]) }
            visibilities += zip(body.visibility, walker.visibility).map { abs($0 - $1) }
        }
        #expect(Self.median(distances) < 0.01)
        #expect(Self.median(depths) < 0.02)
        #expect(Self.median(visibilities) < 0.01)
    }

    @Test("has nobody where nothing of it is looked at")
    func nobody() throws {
        let detector = try PoseDetector(PoseModelFile(path: SharedData.model("pose_detection.tflite")))
        var image = CameraImage()
        try Self.decode(60, &image)
        let outside = ImageArea(x: 5000, y: 0, width: 700, height: 700)
        #expect(try detector.detect(in: image, area: outside).isEmpty)
        #expect(throws: PerceptionError.self) {
            try detector.detect(in: image, area: ImageArea(x: 0, y: 0, width: 0, height: 0))
        }
    }
}
