import Gait
import Testing

@testable import Simulation

@Suite("Skeleton sensor")
struct SkeletonSensorTests {
    private let pose = Walker(emotion: .neutral, seed: 1).pose(at: 0)

    @Test("without disturbances it reports the body as it is")
    func exact() {
        var sensor = SkeletonSensor(layout: .step16, seed: 1)
        let joints = sensor.observe(pose)
        #expect(joints == Joint.allCases.map { pose[$0] })
    }

    @Test("noise has the standard deviation asked for, around the truth")
    func noise() {
        var sensor = SkeletonSensor(layout: .step16, noise: 0.02, seed: 5)
        var (sum, squares, count) = (0.0, 0.0, 0.0)
        for _ in 0..<500 {
            for (joint, seen) in zip(Joint.allCases, sensor.observe(pose)) {
                guard let seen else { continue }
                let offset = seen - pose[joint]
                for axis in 0..<3 {
                    sum += Double(offset[axis])
                    squares += Double(offset[axis] * offset[axis])
                    count += 1
                }
            }
        }
        #expect(count == 24_000)
        #expect(abs(sum / count) < 1e-3)
        #expect(abs((squares / count).squareRoot() - 0.02) < 1e-3)
    }

    @Test("joints are lost with the probability asked for", arguments: [Float(0.1), 1])
    func dropped(probability: Float) {
        var sensor = SkeletonSensor(layout: .kinect25, dropProbability: probability, seed: 2)
        let lost = (0..<400).reduce(0) { sum, _ in sum + sensor.observe(pose).count { $0 == nil } }
        #expect(abs(Float(lost) / 10_000 - probability) < 0.02)
    }

    @Test("the same seed disturbs the same way")
    func reproducible() {
        var one = SkeletonSensor(layout: .blazepose33, noise: 0.01, dropProbability: 0.2, seed: 9)
        var other = SkeletonSensor(layout: .blazepose33, noise: 0.01, dropProbability: 0.2, seed: 9)
        for _ in 0..<5 { #expect(one.observe(pose) == other.observe(pose)) }
    }
}
