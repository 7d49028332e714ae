import Foundation
import Gait
import Testing

@testable import GaitModels

struct KeypointNoiseTests {
    private static let count = ImageWindow.joints.count
    private let heights = [Float](repeating: 0.5, count: 75)
    private let isShown = [Bool](repeating: true, count: 75 * count)
    /// Joints that stay in 13 different places.
    private let still = (0..<75 * count).map { SIMD2(Float($0 % count) * 0.02, Float($0 % count) * -0.03) }

    private func deviation(_ values: [Float]) -> Float {
        let mean = values.reduce(0, +) / Float(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
    }

    @Test("no noise leaves every joint in its place")
    func none() {
        var generator = SeededGenerator(seed: 1)
        let found = KeypointNoise.none(still, heights: heights, isShown: isShown, using: &generator)
        #expect(zip(found.rays, still).allSatisfy { ($0 - $1).length < 1e-6 })
        #expect(found.confidences.allSatisfy { $0 > 0 && $0 <= 1 })
    }

    @Test("jitter has the given size and lasts over frames")
    func jitter() {
        var generator = SeededGenerator(seed: 2)
        var noise = KeypointNoise.none
        (noise.jitter, noise.persistence) = (0.02...0.02, 0.7...0.7)
        var (errors, products, squares): ([Float], Float, Float) = ([], 0, 0)
        let knee = ImageWindow.joints.firstIndex(of: .leftKnee) ?? 0
        for _ in 0..<100 {
            let found = noise(still, heights: heights, isShown: isShown, using: &generator)
            let own = (0..<75).map { frame in
                let place = frame * Self.count + knee
                return (found.rays[place].x - still[place].x) / 0.5
            }
            errors += own
            for (one, other) in zip(own, own.dropFirst()) {
                products += one * other
                squares += one * one
            }
        }
        #expect(abs(deviation(errors) - 0.02) < 0.002)
        #expect(abs(products / squares - 0.7) < 0.05)
    }

    @Test("lost joints have no confidence and lie between the frames in which they were seen")
    func losses() {
        var generator = SeededGenerator(seed: 3)
        var noise = KeypointNoise.none
        (noise.losses, noise.lossFrames) = (2, 3...6)
        let moving = (0..<75 * Self.count).map { SIMD2(Float($0 / Self.count) * 0.001, 0) }
        let found = noise(moving, heights: heights, isShown: isShown, using: &generator)
        #expect(found.confidences.contains(0) && found.confidences.contains { $0 > 0 })
        for joint in 0..<Self.count {
            let seen = (0..<75).filter { found.confidences[$0 * Self.count + joint] > 0 }
            for frame in (seen.first ?? 0)...(seen.last ?? 0) {
                // A steady movement is interpolated without an error.
                #expect(abs(found.rays[frame * Self.count + joint].x - Float(frame) * 0.001) < 1e-5)
            }
        }
    }

    @Test("exchanges put left joints where right ones are for up to three frames")
    func swaps() {
        var generator = SeededGenerator(seed: 4)
        var noise = KeypointNoise.none
        noise.swaps = 4
        let found = noise(still, heights: heights, isShown: isShown, using: &generator)
        let sides = LifterJoints.sides.map { left, right in
            (0..<75).count { frame in
                let place = frame * Self.count
                return found.rays[place + left] == still[place + right]
                    && found.rays[place + right] == still[place + left]
            }
        }
        #expect(sides.contains { $0 > 0 } && sides.allSatisfy { $0 <= 12 })
    }

    @Test("damped limbs move less, and systematic errors put shoulders too high")
    func systematic() {
        var generator = SeededGenerator(seed: 5)
        var noise = KeypointNoise.none
        (noise.damping, noise.gain, noise.bias) = (1, 0.6...0.6, 1)
        let foot = ImageWindow.joints.firstIndex(of: .leftFoot) ?? 0
        var swinging = still
        for frame in 0..<75 { swinging[frame * Self.count + foot].y += 0.1 * sin(Float(frame) / 4) }
        let found = noise(swinging, heights: heights, isShown: isShown, using: &generator)
        func path(_ rays: [SIMD2<Float>]) -> [Float] { (0..<75).map { rays[$0 * Self.count + foot].y } }
        #expect(abs(deviation(path(found.rays)) / deviation(path(swinging)) - 0.6) < 0.01)
        let shoulder = ImageWindow.joints.firstIndex(of: .leftShoulder) ?? 0
        #expect(found.rays[shoulder].y < still[shoulder].y - 0.004)
    }

    @Test("the same seed gives the same errors", arguments: [KeypointNoise.ordinary, .bad])
    func seed(noise: KeypointNoise) {
        var (one, other) = (SeededGenerator(seed: 6), SeededGenerator(seed: 6))
        let found = noise(still, heights: heights, isShown: isShown, using: &one)
        #expect(found == noise(still, heights: heights, isShown: isShown, using: &other))
        #expect(found.rays != still)
    }
}
