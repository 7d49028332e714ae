import Foundation
import Testing

@testable import Perception

@Suite("What an anchor says")
struct DetectionCandidateTests {
    private let values: [Float] = [22.4, -22.4, 44.8, 67.2, 0, 112, 0, -112, 1, 1, 1, 1]

    @Test("is measured from the anchor, in pixels of the input")
    func decoded() throws {
        let candidate = try #require(
            DetectionCandidate(logit: 0, values: values, anchor: [0.5, 0.5], minimumScore: 0.5))
        #expect(candidate.score == 0.5)
        for (value, expected) in zip(0..<4, [0.5, 0.25, 0.7, 0.55] as [Float]) {
            #expect(abs(candidate.box[value] - expected) < 1e-6)
        }
        #expect(candidate.points == [0.5, 1, 0.5, 0])
    }

    @Test("does not count below the score, or where it is not finite")
    func refused() {
        let anchor = SIMD2<Float>(0.5, 0.5)
        #expect(DetectionCandidate(logit: -0.1, values: values, anchor: anchor, minimumScore: 0.5) == nil)
        #expect(DetectionCandidate(logit: .nan, values: values, anchor: anchor, minimumScore: 0.5) == nil)
        var broken = values
        broken[5] = .infinity
        #expect(DetectionCandidate(logit: 9, values: broken, anchor: anchor, minimumScore: 0.5) == nil)
    }

    @Test("has one of 2254 anchors, in the middles of cells")
    func anchors() {
        let points = DetectorAnchors.points
        #expect(points.count == DetectorAnchors.count)
        #expect(points[0] == [0.5 / 28, 0.5 / 28] && points[0] == points[1])
        #expect(points[2] == [1.5 / 28, 0.5 / 28])
        #expect(points[1568] == [0.5 / 14, 0.5 / 14])
        #expect(points[2253] == [6.5 / 7, 6.5 / 7])
    }
}

@Suite("Detections of one person")
struct DetectionSuppressionTests {
    private func candidate(_ score: Float, _ x: Float, size: Float = 0.2) -> DetectionCandidate {
        DetectionCandidate(score: score, box: [x, 0.1, x + size, 0.1 + size], points: [x, 0.5, x, 0.2])
    }

    @Test("are one, their mean weighted by their scores, with the best score")
    func weighted() {
        var suppression = DetectionSuppression()
        for candidate in [candidate(0.6, 0.12), candidate(0.9, 0.1), candidate(0.7, 0.7)] {
            suppression.add(candidate)
        }
        let people = suppression.people()
        #expect(people.map(\.score) == [0.9, 0.7])
        let expected: Float = (0.9 * 0.1 + 0.6 * 0.12) / 1.5
        #expect(abs(people[0].box.x - expected) < 1e-6 && abs(people[0].points.z - expected) < 1e-6)
        #expect(abs(people[1].box.x - 0.7) < 1e-6)
    }

    @Test("are forgotten with a reset; empty boxes are people of their own")
    func reset() {
        var suppression = DetectionSuppression()
        suppression.add(candidate(0.9, 0.1))
        #expect(suppression.people().count == 1)
        suppression.reset()
        #expect(suppression.people().isEmpty)
        suppression.add(candidate(0.8, 0.1, size: 0))
        suppression.add(candidate(0.7, 0.1, size: 0))
        #expect(suppression.people().map(\.score) == [0.8, 0.7])
    }

    @Test("overlap by what they share")
    func overlap() {
        #expect(candidate(1, 0).overlap(with: candidate(1, 0.3)) == 0)
        #expect(abs(candidate(1, 0).overlap(with: candidate(1, 0.1)) - 1 / 3) < 1e-5)
        #expect(candidate(1, 0, size: 0).overlap(with: candidate(1, 0, size: 0)) == 0)
    }
}

@Suite("The landmark network's outputs")
struct LandmarkDecodingTests {
    /// Memory for the outputs: the first landmark 64 pixels right of the input's middle, 16 deep; hips in the middle, and
    /// the point above them 64 pixels up.
    private let values = FloatMemory(count: 195)
    private let world = FloatMemory(count: 117)

    init() {
        for landmark in 0..<39 { set(landmark, 128, 128) }
        set(0, 192, 128, 16)
        set(34, 128, 64)
        values.values[3] = 2
        world.values[0] = 0.5
        world.values[2] = 0.25
    }

    private func set(_ landmark: Int, _ x: Float, _ y: Float, _ depth: Float = 0) {
        values.values[5 * landmark] = x
        values.values[5 * landmark + 1] = y
        values.values[5 * landmark + 2] = depth
    }

    private func close(_ first: SIMD3<Float>, _ second: SIMD3<Float>) -> Bool {
        let difference = first - second
        return (difference * difference).sum() < 1e-6
    }

    @Test("are put where the region is, scaled and turned with it")
    func turned() throws {
        let region = PoseRegion(center: [300, 200], side: 512, rotation: .pi / 2)
        let body = try #require(
            LandmarkDecoding(region).body(score: 0.9, values: values.values, world: world.values))
        #expect(body.score == 0.9 && body.positions.count == 33)
        // A quarter turn clockwise: what was right is below.
        #expect(close(body.positions[0], [300, 328, 32]))
        #expect(close(body.world[0], [0, 0.5, 0.25]))
        #expect(abs(body.visibility[0] - 1 / (1 + exp(-2))) < 1e-6 && body.visibility[1] == 0.5)
        #expect(abs(body.nextRegion.side - 2.5 * 128) < 1e-3)
        #expect(abs(body.nextRegion.rotation - .pi / 2) < 1e-5)
        #expect(abs(body.nextRegion.center.x - 300) < 1e-3)
    }

    @Test("keep the region where the next cannot be told, and are none where they are not finite")
    func degenerate() {
        let region = PoseRegion(center: [300, 200], side: 512)
        let decoding = LandmarkDecoding(region)
        set(34, 128, 128)
        #expect(decoding.body(score: 1, values: values.values, world: world.values)?.nextRegion == region)
        world.values[7] = .nan
        #expect(decoding.body(score: 1, values: values.values, world: world.values) == nil)
    }
}

@Suite("The region of a person")
struct PersonAlignmentTests {
    @Test("is around the hips, 2.5 times the reach, upright for who stands")
    func upright() throws {
        let region = try #require(PoseRegion(hips: [100, 200], top: [100, 120]))
        #expect(region == PoseRegion(center: [100, 200], side: 200, rotation: 0))
    }

    @Test("turns clockwise with who leans to the right, and lies with who lies")
    func leaning() throws {
        let right = try #require(PoseRegion(hips: [0, 0], top: [30, -30]))
        #expect(abs(right.rotation - .pi / 4) < 1e-6)
        let left = try #require(PoseRegion(hips: [0, 0], top: [-30, 0]))
        #expect(abs(left.rotation + .pi / 2) < 1e-6)
    }

    @Test("is none without a reach, or of points that are not finite or absurdly far")
    func none() {
        #expect(PoseRegion(hips: [1, 1], top: [1, 1]) == nil)
        #expect(PoseRegion(hips: [.nan, 1], top: [1, 1]) == nil)
        #expect(PoseRegion(hips: [0, 0], top: [.infinity, 1]) == nil)
        #expect(PoseRegion(hips: [0, 0], top: [1e7, 1]) == nil)
    }
}
