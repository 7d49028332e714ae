import Foundation
import Gait
import Testing

@testable import GaitModels

@Suite("STEPConfiguration")
struct STEPConfigurationTests {
    @Test("every preset can be built, and comes back from JSON", arguments: STEPConfiguration.Preset.allCases)
    func presets(preset: STEPConfiguration.Preset) throws {
        let configuration = STEPConfiguration.preset(preset, labels: ["a", "b"])
        try configuration.validate()
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(STEPConfiguration.self, from: data) == configuration)
    }

    @Test("a file from before there were forms and denoising means the gait as it is given")
    func older() throws {
        var configuration = STEPConfiguration.preset(.step, labels: ["a", "b"])
        (configuration.skeleton, configuration.denoising) = (.limbs, .adaptive)
        var object = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration)) as? [String: Any])
        object["skeleton"] = nil
        object["denoising"] = nil
        let data = try JSONSerialization.data(withJSONObject: object)
        let read = try JSONDecoder().decode(STEPConfiguration.self, from: data)
        #expect(read.skeleton == .given && read.denoising == .off)
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
            "weights, ",
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
