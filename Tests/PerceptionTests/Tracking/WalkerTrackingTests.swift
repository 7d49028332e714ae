import Foundation
import TestSupport
import Testing

@testable import Perception

@Suite("The walker's clip, followed", .sharedData)
struct WalkerTrackingTests {
    private struct Reference: Decodable {
        struct Person: Decodable { let frames: [Frame] }
        struct Frame: Decodable {
            let frame: Int
            let xy: [[Float]]

            var height: Float { (xy.map { $0[1] }.max() ?? 0) - (xy.map { $0[1] }.min() ?? 0) }
            var hips: SIMD2<Float> { SIMD2(xy[23][0] + xy[24][0], xy[23][1] + xy[24][1]) / 2 }

            /// The distances of a body's landmarks, as shares of the person's height.
            func distances(to body: BodyLandmarks) -> [Float] {
                zip(body.positions, xy).map { length(SIMD2($0.x - $1[0], $0.y - $1[1])) / height }
            }

            /// Whether a body has its hips where the person has them.
            func isAt(_ body: BodyLandmarks) -> Bool {
                let hips = (body.positions[23] + body.positions[24]) / 2
                return length(SIMD2(hips.x, hips.y) - self.hips) < 0.25 * height
            }

            private func length(_ vector: SIMD2<Float>) -> Float { (vector * vector).sum().squareRoot() }
        }
        let people: [Person]
    }

    @Test("has each person under one number, where the reference has them")
    func people() throws {
        let file = URL(filePath: SharedData.fixture("blazepose-walker.json"))
        let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
        let tracker = try PoseNetworks(in: SharedData.modelFolder).tracker()
        var image = CameraImage()
        var bodies: [[TrackedBody]] = []
        for number in 0..<230 {
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: SharedData.walkerFrame(number))))
            try JPEGDecoder().decode(bytes.span, into: &image)
            bodies.append(try tracker.process(image, at: 10 + Double(number) / 30))
        }
        var numbers: Set<Int> = []
        for person in reference.people {
            var frames: [Int: Int] = [:]
            var distances: [Float] = []
            for frame in person.frames {
                for body in bodies[frame.frame] where frame.isAt(body.landmarks) {
                    frames[body.number, default: 0] += 1
                    distances += frame.distances(to: body.landmarks)
                }
            }
            let best = try #require(frames.max { $0.value < $1.value })
            #expect(Double(best.value) >= 0.95 * Double(person.frames.count), "\(frames)")
            #expect(distances.sorted()[distances.count / 2] < 0.02)
            numbers.insert(best.key)
        }
        #expect(numbers.count == 2)
        // Nobody else is seen for long, where the sun and the house are.
        let others = bodies.reduce(0) { $0 + $1.count { !numbers.contains($0.number) } }
        #expect(others < 15)
    }
}
