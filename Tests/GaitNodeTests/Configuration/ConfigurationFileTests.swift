import Configuration
import Foundation
import TestSupport
import Testing

@testable import GaitNode

struct ConfigurationFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func configuration(_ text: String) async throws -> NodeConfiguration {
        try await TestConfiguration.node(file: folder.write("gaitd.yaml", text))
    }

    @Test("a file's values reach the configuration")
    func values() async throws {
        let configuration = try await configuration(
            """
            node: {id: kitchen}
            sources:
              robots: [r1, r2]
            pipeline:
              classify_every: 1
            """)
        #expect(configuration.nodeIdentifier == "kitchen")
        #expect(configuration.robots == ["r1", "r2"])
        #expect(configuration.pipeline.classifyEvery == 1)
        #expect(configuration.modelPath == folder.path + "/models/step-default.safetensors")
    }

    @Test(
        "robots need no brackets, and keep names that YAML takes for numbers or truth values",
        arguments: [
            ("+", ["+"]), ("[1, 2]", ["1", "2"]), ("7", ["7"]), ("true", ["true"]), ("[r1, 2]", ["r1", "2"]),
        ])
    func robots(written: String, robots: [String]) async throws {
        #expect(try await configuration("sources:\n  robots: \(written)\n").robots == robots)
    }

    @Test(
        "an unknown key is refused and the nearest known one is named",
        arguments: [
            ("mqtt:\n  hots: a\n", "mqtt.hots", "mqtt.host"),
            ("pipeline:\n  clasify_every: 1\n", "pipeline.clasify_every", "pipeline.classify_every"),
            ("mqtt:\n  host:\n    name: a\n", "mqtt.host.name", "mqtt.username"),
            ("port: 3\n", "port", "mqtt.port"),
        ])
    func unknownKey(text: String, key: String, nearest: String) throws {
        let path = try folder.write("gaitd.yaml", text)
        let error = #expect(throws: GaitNodeError.self) { try ConfigurationFile(path: path) }
        guard case .unknownKey(path, key, let found)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        if key != "mqtt.host.name" { #expect(found == nearest) }
    }

    @Test(
        "anything but a YAML mapping is refused in one line",
        arguments: ["", "- a\n", "a: [1\n", "a: 1\na: 2\n"])
    func malformed(text: String) throws {
        let path = try folder.write("gaitd.yaml", text)
        let error = #expect(throws: GaitNodeError.self) { try ConfigurationFile(path: path) }
        let isMalformed = if case .malformedFile? = error { true } else { false }
        #expect(isMalformed, "\(String(describing: error))")
        #expect(error?.description.contains("\n") == false && error?.exitCode == 78)
    }

    @Test("a missing file is refused by its path")
    func missing() {
        #expect(throws: GaitNodeError.unreadableFile(path: "/nowhere/gaitd.yaml", reason: "no such file")) {
            try ConfigurationFile(path: "/nowhere/gaitd.yaml")
        }
    }
}

struct EditDistanceTests {
    @Test(
        "counts insertions, deletions, replacements and swaps",
        arguments: [
            ("", "", 0), ("abc", "", 3), ("", "ab", 2), ("mqtt.hots", "mqtt.host", 1),
            ("kitten", "sitting", 3), ("mqtt.prot", "mqtt.port", 1), ("port", "ports", 1),
        ])
    func counts(first: String, second: String, expected: Int) {
        #expect(editDistance(first, second) == expected)
        #expect(editDistance(second, first) == expected)
    }
}
