import TestSupport
import Testing

@testable import Perception

@Suite("The walker's clip, followed", .sharedData)
struct WalkerTrackingTests {
    /// Whether a body has its hips where the person has them.
    private func isAt(_ person: WalkerClip.Reference.Frame, _ body: BodyLandmarks) -> Bool {
        let hips = (body.positions[23] + body.positions[24]) / 2
        return WalkerClip.distance(SIMD2(hips.x, hips.y), person.hips) < 0.25 * person.height
    }

    @Test("has each person under one number, where the reference has them")
    func people() throws {
        let reference = try WalkerClip.reference()
        let tracker = try PoseNetworks(in: SharedData.models).tracker()
        var image = CameraImage()
        var bodies: [[TrackedBody]] = []
        for number in 0..<230 {
            try WalkerClip.decode(number, into: &image)
            bodies.append(try tracker.process(image, at: 10 + Double(number) / 30))
        }
        var numbers: Set<Int> = []
        for person in reference.people {
            var frames: [Int: Int] = [:]
            var distances: [Float] = []
            for frame in person.frames {
                for body in bodies[frame.frame] where isAt(frame, body.landmarks) {
                    frames[body.number, default: 0] += 1
                    distances += frame.distances(to: body.landmarks.positions)
                }
            }
            let best = try #require(frames.max { $0.value < $1.value })
            #expect(Double(best.value) >= 0.95 * Double(person.frames.count), "\(frames)")
            #expect(distances.sorted()[distances.count / 2] < 0.02)
            numbers.insert(best.key)
        }
        #expect(numbers.count == 2)
        // Others are seen only for moments, where the sun and the house are.
        let others = bodies.reduce(0) { $0 + $1.count { !numbers.contains($0.number) } }
        #expect(others < 15)
    }
}
