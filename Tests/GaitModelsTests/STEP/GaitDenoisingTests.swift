import Gait
import TestSupport
import Testing

@testable import GaitModels

@Suite("Denoising of gaits")
struct GaitDenoisingTests {
    private let walk = TestBody.walk(frames: 120)

    private func seen(rate: Float, noise: Float) -> Gait {
        var view = SensorDegradation()
        (view.rate, view.noise) = (rate, noise)
        var buffer = PoseBuffer()
        var generator = SeededGenerator(seed: 4)
        return view(walk, frames: 75, through: &buffer, using: &generator)
    }

    /// The root mean square of the differences from what the source shows without noise, meters.
    private func error(_ gait: Gait, rate: Float) -> Float {
        let truth = seen(rate: rate, noise: 0)
        let squares = zip(gait.coordinates, truth.coordinates).reduce(Float(0)) {
            $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        }
        return (squares / Float(truth.coordinates.count)).squareRoot()
    }

    @Test("a clean walk stays as it is, at 30 and at 12 frames a second", arguments: [Float(30), 12])
    func clean(rate: Float) {
        let gait = seen(rate: rate, noise: 0)
        #expect(gait.denoised() == gait)
    }

    @Test("noise is brought down, and the more of it the rougher", arguments: [Float(30), 12])
    func noisy(rate: Float) {
        let noisy = seen(rate: rate, noise: 0.02)
        #expect(noisy.roughness > seen(rate: rate, noise: 0.01).roughness)
        #expect(noisy.denoised() == noisy.smoothed(passes: 8))
        #expect(error(noisy.denoised(), rate: rate) < error(noisy, rate: rate))
    }

    @Test("the roughness of white noise is what it should be, and that of a steady movement nothing")
    func roughness() {
        let steady = TestBody.gait { time in TestBody.standing.map { $0 + SIMD3(time, 0, 2 * time) } }
        #expect(steady.roughness < 1e-5)
        var generator = SeededGenerator(seed: 1)
        let noisy = steady.withNoise(standardDeviation: 0.01, using: &generator)
        // The second difference of white noise has six times its variance.
        #expect(abs(noisy.roughness - 0.01 * Float(6).squareRoot()) < 0.002)
    }

    @Test("a gait too short to be rough stays as it is", arguments: [1, 2])
    func short(frames: Int) {
        let gait = walk.slice(start: 0, frames: frames)
        #expect(gait.roughness == 0 && gait.denoised() == gait)
    }
}
