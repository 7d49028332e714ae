import Testing

@testable import Perception

@Suite("Reversals of depth")
struct DepthReversalTests {
    private let step: Float = 1 / 30
    /// Somebody who faces the camera, with the left hand forward.
    private var body: [SIMD3<Float>] {
        var points = DrawnBody(place: SIMD2(300, 400)).landmarks.world
        points[15].z = 0.3
        return points
    }

    private func mirrored(_ points: [SIMD3<Float>]) -> [SIMD3<Float>] {
        var mirrored = points
        for (left, right) in [(1, 4), (2, 5), (3, 6)] { mirrored.swapAt(left, right) }
        for left in stride(from: 7, through: 31, by: 2) { mirrored.swapAt(left, left + 1) }
        return mirrored.map { SIMD3($0.x, $0.y, -$0.z) }
    }

    @Test("are undone where single frames are mirrored")
    func single() {
        var reversal = DepthReversal()
        for frame in 0..<60 {
            var points = frame % 4 == 3 ? mirrored(body) : body
            reversal.correct(&points, step: step)
            #expect(points == body, "frame \(frame)")
        }
    }

    @Test("are outvoted where the first frames were the mirrored ones")
    func vote() {
        var reversal = DepthReversal()
        var points: [SIMD3<Float>] = []
        for frame in 0..<60 {
            points = frame < 3 ? mirrored(body) : body
            reversal.correct(&points, step: step)
        }
        #expect(points == body)
    }

    @Test("are not seen in somebody who turns round")
    func turning() {
        var reversal = DepthReversal()
        for frame in 0...60 {
            // Half a turn in two seconds.
            let turned = DrawnBody.turned(body, by: Float(frame) / 60 * .pi)
            var points = turned
            reversal.correct(&points, step: step)
            #expect(points == turned, "frame \(frame)")
        }
    }
}
