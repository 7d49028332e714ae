import Foundation
import Testing

@testable import Perception

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
