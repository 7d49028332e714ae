import Foundation
import TestSupport
import Testing

@Suite("gaitctl record", .broker)
struct RecordCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func lines(_ path: String) -> [String] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    @Test("skeletons are recorded as they came, until Ctrl-C or SIGTERM", arguments: [SIGINT, SIGTERM])
    func records(signal: Int32) async throws {
        try await withBroker { broker, client in
            let path = folder.path("walk.jsonl")
            let run = try Tool.start("record --out \(path) --json", at: broker)
            let payload = #"{"layout":"step16","stamp":12.50,"bodies":[]}"#
            try #require(
                Pause.until(within: 30) {
                    try? client.publish("robots/r1/skeletons", payload)
                    try? client.publish("robots/r2/cameras/c/skeletons", [0xFF, 0])
                    try? client.publish("robots/r1/people/7/emotion", "{}")
                    return lines(path).count >= 6
                })
            run.process.send(signal)
            #expect(run.process.exitCode(within: 20) == 0, "\(run.errors)")
            let found = lines(path)
            #expect(found.contains { $0.hasSuffix(#","payload":\#(payload)}"#) })
            #expect(found.contains { $0.hasSuffix(#","base64":"/wA="}"#) })
            #expect(!found.contains { $0.contains("emotion") })
            #expect(found[0].contains(#""at":0.0,"#))
            let object = try objects(in: run.output)[0]
            #expect(object["messages"] as? Int == found.count)
            #expect(
                (object["topics"] as? [String: Int])?.keys.sorted()
                    == ["robots/r1/skeletons", "robots/r2/cameras/c/skeletons"])
            #expect(object["dropped"] as? Int == 0)
        }
    }

    @Test("only the named robot's skeletons, and emotions where asked; on stdout nothing else")
    func selection() async throws {
        try await withBroker { broker, client in
            try client.publish("robots/r1/people/old/emotion", "{}", retained: true)
            let run = try Tool.start("record --out - --robot r1 --emotions", at: broker)
            try #require(
                Pause.until(within: 30) {
                    try? client.publish("robots/r2/skeletons", "{}")
                    try? client.publish("robots/r1/skeletons", "{}")
                    try? client.publish("robots/r1/people/7/emotion", "{}")
                    return run.output.split(separator: "\n").count >= 4
                })
            run.process.send(SIGINT)
            #expect(run.process.exitCode(within: 20) == 0)
            let lines = run.output.split(separator: "\n")
            #expect(lines.allSatisfy { $0.hasPrefix(#"{"topic":"robots/r1/"#) && $0.hasSuffix("}") })
            #expect(lines.contains { $0.contains("people/7/emotion") })
            #expect(!lines.contains { $0.contains("people/old") })
            #expect(run.errors.contains("retained=1"), "\(run.errors)")
        }
    }

    @Test("a file that is there is refused before anything else")
    func there() async throws {
        let path = try folder.write("walk.jsonl", "mine\n")
        try await Tool.run("record --out \(path) --port 1").expectFailure(1, saying: path, "--force")
    }

    @Test("nothing to record is a failure that names the topics, and leaves no file")
    func nothing() async throws {
        try await withBroker { broker in
            let path = folder.path("walk.jsonl")
            try await Tool.run("record --out \(path) --seconds 0.2 --robot r7", at: broker)
                .expectFailure(1, saying: "no message arrived on robots/r7/skeletons")
            #expect(try folder.contents() == [])
        }
    }
}
