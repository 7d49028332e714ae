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

    /// What no network can be built from, and a word of the reason.
    static let changes: [(String, @Sendable (inout STEPConfiguration) -> Void)] = [
        ("1 labels", { $0.labels = ["a"] }),
        ("257 labels", { $0.labels = (0..<257).map(String.init) }),
        ("named twice", { $0.labels = ["a", "a"] }),
        ("0 blocks", { $0.blocks = [] }),
        ("13 blocks", { $0.blocks = Array(repeating: $0.blocks[0], count: 13) }),
        ("kernel 8", { $0.kernel = 8 }),
        ("kernel -1", { $0.kernel = -1 }),
        ("kernel 303", { $0.kernel = 303 }),
        ("window 0", { $0.window = 0 }),
        ("window 601", { $0.window = 601 }),
        ("0 members", { $0.members = 0 }),
        ("17 members", { $0.members = 17 }),
        ("3 robust members of 2", { ($0.members, $0.robustMembers) = (2, 3) }),
        ("0 robust members", { $0.robustMembers = 0 }),
        ("width 0", { $0.blocks[1].width = 0 }),
        ("width 513", { $0.blocks[1].width = 513 }),
        ("stride 0", { $0.blocks[2].stride = 0 }),
        ("stride 3", { $0.blocks[2].stride = 3 }),
        ("identity residual", { $0.blocks[0].residual = .identity }),
        ("head of width 0", { $0.head.hidden = 0 }),
        ("head of width 1025", { $0.head.projection = 1025 }),
        (
            "weights; at most",
            { $0.blocks = Array(repeating: .init(width: 512, stride: 1, residual: .none), count: 12) }
        ),
    ]

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

    @Test("velocities are meters a second, the first that of the second frame")
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
