import Foundation
import Gait
import TestSupport
import Testing

@testable import Perception

@Suite("Poses from world landmarks")
struct PoseLifterTests {
    private let size = SIMD2<Float>(1280, 720)

    @Test("have the root at the origin and the head up")
    func directions() {
        var lifter = PoseLifter()
        var landmarks = DrawnBody(place: SIMD2(300, 400)).landmarks
        for index in landmarks.world.indices { landmarks.world[index] += SIMD3(0.1, 0.2, 0.3) }
        landmarks.world[0].z -= 0.1
        let pose = lifter.pose(of: landmarks, imageSize: size, at: 5)
        #expect(pose.present == .all)
        #expect(pose[.root] == .zero)
        #expect(pose[.head].y > 0.5 && pose[.leftFoot].y < -0.5)
        // Right-handed: a person who faces the camera has the left hand at the image's right, and z towards the
        // camera.
        #expect(pose[.leftHand].x > 0 && pose[.rightHand].x < 0)
        landmarks.world[27].z -= 0.4
        var other = PoseLifter()
        #expect(other.pose(of: landmarks, imageSize: size, at: 5)[.leftFoot].z > pose[.leftFoot].z)
    }

    @Test("lack what the network only guesses beyond the image's edge, but not what is hidden within it")
    func missing() {
        var lifter = PoseLifter()
        var landmarks = DrawnBody(place: SIMD2(300, 650)).landmarks
        for index in 25...32 { landmarks.visibility[index] = 0.1 }
        landmarks.visibility[15] = 0.1
        let pose = lifter.pose(of: landmarks, imageSize: size, at: 5)
        let legs = [Joint.leftFoot, .rightFoot].map { JointSet($0) }
        #expect(legs.allSatisfy { pose.present.isDisjoint(with: $0) })
        #expect(pose.present.count == 14)
    }

    @Test("begin again after a pause")
    func pause() {
        var lifter = PoseLifter()
        let landmarks = DrawnBody(place: SIMD2(300, 400)).landmarks
        var moved = landmarks
        moved.world[15].x += 0.01
        _ = lifter.pose(of: landmarks, imageSize: size, at: 5)
        let filtered = lifter.pose(of: moved, imageSize: size, at: 5.033)
        let again = lifter.pose(of: moved, imageSize: size, at: 6)
        #expect(filtered[.leftHand].x < again[.leftHand].x - 0.001)
    }
}

@Suite("Reversals of depth")
struct DepthReversalTests {
    private let step: Float = 1 / 30
    /// A person who faces the camera, with the left hand forward.
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

    @Test("are not seen in a person who turns round")
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

@Suite("The One-Euro filter")
struct OneEuroFilterTests {
    /// The filter as the paper writes it (Casiez, Roussel, Vogel 2012, algorithm 1), of one coordinate.
    private struct Paper {
        let minimum: Double
        let beta: Double
        let derivative: Double
        var value = 0.0
        var speed = 0.0
        var isFirst = true

        func alpha(_ rate: Double, _ cutoff: Double) -> Double {
            let tau = 1 / (2 * Double.pi * cutoff)
            return 1 / (1 + tau * rate)
        }

        mutating func filter(_ point: Double, rate: Double) -> Double {
            let change = isFirst ? 0 : (point - value) * rate
            let share = alpha(rate, derivative)
            speed = isFirst ? 0 : share * change + (1 - share) * speed
            let cutoff = minimum + beta * abs(speed)
            value = isFirst ? point : alpha(rate, cutoff) * point + (1 - alpha(rate, cutoff)) * value
            isFirst = false
            return value
        }
    }

    @Test("is the paper's, coordinate by coordinate")
    func paper() {
        let settings = OneEuroFilter.Settings.worldLandmarks
        var papers = (0..<3).map { _ in
            Paper(
                minimum: Double(settings.minimumCutoff), beta: Double(settings.speedCoefficient),
                derivative: Double(settings.derivativeCutoff))
        }
        var filter: OneEuroFilter?
        for frame in 0..<100 {
            let point = SIMD3<Float>(0.2 * Float(sin(Double(frame) / 5)), Float(frame % 3) * 0.01, 0.4)
            let expected = (0..<3).map { papers[$0].filter(Double(point[$0]), rate: 30) }
            let value = filter?.filter(point, step: 1 / 30, settings) ?? point
            if filter == nil { filter = OneEuroFilter(point) }
            for axis in 0..<3 { #expect(abs(Double(value[axis]) - expected[axis]) < 1e-5) }
        }
    }

    @Test("keeps a stride's height and quietens what rests")
    func strideAndRest() {
        var (stride, rest) = (OneEuroFilter(.zero), OneEuroFilter(.zero))
        var (highest, loudest): (Float, Float) = (0, 0)
        for frame in 1...120 {
            let swing = Float(sin(2 * Double.pi * Double(frame) / 30))
            let tremble: Float = frame.isMultiple(of: 2) ? 0.005 : -0.005
            let moved = stride.filter(SIMD3(0.3 * swing, 0, 0), step: 1 / 30, .worldLandmarks)
            let still = rest.filter(SIMD3(tremble, 0, 0), step: 1 / 30, .worldLandmarks)
            guard frame > 60 else { continue }
            (highest, loudest) = (max(highest, moved.x), max(loudest, abs(still.x)))
        }
        #expect(highest > 0.285 && loudest < 0.004)
    }
}

@Suite("Mannequins' poses beside the truth", .sharedData, .serialized)
struct FilmedWalkTests {
    /// The mean distance that is allowed from a side, meters.
    private func limit(_ side: Double) -> Double { abs(side - 180) < 60 ? 0.14 : 0.095 }

    @Test(
        "are near it after one similarity, at the stride's frequency, and left is left",
        arguments: [(0.0, UInt64(3)), (90, 2), (180, 1)])
    func short(side: Double, seed: UInt64) throws {
        let networks = try PoseNetworks(in: SharedData.models)
        let walk = FilmedWalk(side: side, distance: 4, isOnTreadmill: true, seed: seed, seconds: 2.2)
        let figures = try #require(try walk.figures(networks))
        #expect(figures.found > 0.95 && figures.numbers == 1)
        #expect(figures.error < limit(side), "\(figures)")
        #expect(figures.longestSwap <= 3, "\(figures)")
        // Two strides from behind, where feet hide how far apart they are, give no frequency to 3 %.
        let tolerance = side == 180 ? 0.06 : 0.03
        #expect(abs(figures.strideFrequency / walk.strideFrequency - 1) < tolerance, "\(figures)")
    }

    @Test(
        "are near it from eight sides at two to six meters, most people's",
        .enabled(if: FuzzedProcess.isLong, "GAITD_LONG_TESTS is not set"),
        arguments: (0..<8).map { 45 * Double($0) })
    func long(side: Double) throws {
        let networks = try PoseNetworks(in: SharedData.models)
        var figures: [WalkFigures] = []
        var deviations: [Double] = []
        for distance in [2.5, 4, 6] {
            for seed in UInt64(1)...5 {
                let walk = FilmedWalk(
                    side: side, distance: distance, isOnTreadmill: distance != 4, seed: seed, seconds: 3)
                let found = try #require(try walk.figures(networks))
                print("side \(side) distance \(distance) seed \(seed): \(found)")
                figures.append(found)
                deviations.append(abs(found.strideFrequency / walk.strideFrequency - 1))
            }
        }
        func median<Value: Comparable>(_ values: [Value]) -> Value { values.sorted()[values.count / 2] }
        #expect(figures.allSatisfy { $0.found > 0.95 && $0.numbers == 1 })
        #expect(median(figures.map(\.error)) < limit(side))
        #expect(median(figures.map(\.longestSwap)) <= 3)
        #expect(median(deviations) < 0.03)
    }
}
