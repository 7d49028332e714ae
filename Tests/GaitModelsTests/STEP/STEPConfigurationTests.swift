import Foundation
import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

struct STEPConfigurationTests {
    @Test("every preset can be built, and comes back from JSON", arguments: STEPConfiguration.Preset.allCases)
    func presets(preset: STEPConfiguration.Preset) throws {
        let configuration = STEPConfiguration.preset(preset, labels: ["a", "b"])
        try configuration.validate()
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(STEPConfiguration.self, from: data) == configuration)
    }

    @Test("what no network can be built from is refused by name", arguments: changes.indices)
    func refusal(index: Int) throws {
        var configuration = STEPConfiguration.preset(.baselineReleased, labels: ["a", "b"])
        Self.changes[index].1(&configuration)
        let error = #expect(throws: ModelError.self) { try configuration.validate() }
        #expect(try #require(error).description.contains(Self.changes[index].0))
    }
}

struct WindowEncoderTests {
    private func configuration(_ input: STEPConfiguration.Input) -> STEPConfiguration {
        var configuration = TestModel.configuration(.stepReleased, input: input)
        configuration.normalisation = .none
        return configuration
    }

    @Test("positions go to [C, N, V, T], each gait to its own place, whichever comes first")
    func positions() {
        let encoder = WindowEncoder(configuration(.positions), scaling: TestModel.scaling())
        let gaits = (0..<3).map { TestWalk.gait(armSwing: 0.3, seed: UInt64($0)) }
        encoder.begin(batch: 3)
        for index in [2, 0, 1] { encoder.encode(gaits[index], at: index) }
        #expect(encoder.input.shape == Shape(channels: 3, batch: 3, joints: 16, frames: 75))
        for (index, gait) in gaits.enumerated() {
            for (frame, joint) in [(0, Joint.root), (37, .leftHand), (74, .rightFoot)] {
                let position = gait.position(frame: frame, joint: joint)
                #expect(
                    (0..<3).allSatisfy { encoder.input[$0, index, joint.rawValue, frame] == position[$0] })
            }
        }
    }

    @Test("velocities are metres a second, the first that of the second frame")
    func velocities() {
        let encoder = WindowEncoder(configuration(.positionsAndVelocities), scaling: TestModel.scaling())
        let gait = TestWalk.gait(armSwing: 0.3)
        encoder.begin(batch: 1)
        encoder.encode(gait, at: 0)
        #expect(encoder.input.shape.channels == 6)
        for frame in [1, 40, 74] {
            let difference =
                gait.position(frame: frame, joint: .leftHand)
                - gait.position(frame: frame - 1, joint: .leftHand)
            for channel in 0..<3 {
                let velocity = encoder.input[3 + channel, 0, Joint.leftHand.rawValue, frame]
                #expect(abs(velocity - difference[channel] * 30) < 1e-4)
            }
        }
        #expect(encoder.input[4, 0, 6, 0] == encoder.input[4, 0, 6, 1])
    }

    @Test(
        "short gaits loop, long ones are cut; features use the recorded frames",
        arguments: [1, 30, 75, 100])
    func lengths(frames: Int) {
        let scaling = TestModel.scaling()
        let encoder = WindowEncoder(configuration(.positions), scaling: scaling)
        let gait = TestWalk.gait(armSwing: 0.3, frames: frames)
        encoder.begin(batch: 1)
        encoder.encode(gait, at: 0)
        #expect(encoder.affective.values == scaling(gait))
        for frame in 0..<75 {
            #expect(encoder.input[2, 0, 6, frame] == gait.position(frame: frame % frames, joint: .leftHand).z)
        }
    }

    @Test("a network without affective features is given none")
    func withoutFeatures() {
        let encoder = WindowEncoder(TestModel.configuration(.baseline), scaling: TestModel.scaling())
        encoder.begin(batch: 2)
        #expect(encoder.featureCount == 0)
        #expect(encoder.affective.shape == Shape(channels: 0, batch: 2))
    }
}
