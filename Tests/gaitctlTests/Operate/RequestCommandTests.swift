import Foundation
import Messaging
import TestSupport
import Testing

@Suite("gaitctl request", .broker)
struct RequestCommandTests {
    @Test("a node's answer is printed, its refusal told in one line, and so is silence")
    func answers() async throws {
        try await withBroker { broker, client in
            let folder = try TemporaryFolder()
            let silence = try await GaitctlProcess.run("request", "info", "--timeout", "0.2", at: broker)
            #expect(silence.failed(1, saying: ["n1 does not answer"]), "\(silence)")
            let configuration = try folder.write(
                "gaitd.yaml",
                """
                deployment: {purpose: tests of gaitd, notice: nobody real is seen}
                mqtt:
                  host: 127.0.0.1
                  port: \(broker.port)
                model:
                  path: \(PackageFolder.path("config/models/step-default.safetensors"))
                  registry: registry
                store:
                  path: gaits.sqlite
                """)
            let daemon = try ProgramRun(ProgramRun.built("gaitd"), ["--config", configuration])
            _ = try await client.first { $0.topic == "gaitd/n1/info" }
            let info = try await GaitctlProcess.run("request", "info", at: broker).object()
            #expect(info["node"] as? String == "n1")
            let list = try await GaitctlProcess.run("request", "model/list", at: broker).object()
            #expect(list["serving"] as? Int == 0)
            let refused = try await GaitctlProcess.run(
                "request", "label", #"{"robot": "r1", "person": "7", "emotion": "sad"}"#, at: broker)
            #expect(refused.failed(1, saying: ["no_window", "r1/7"]), "\(refused)")
            daemon.process.send(SIGTERM)
            #expect(daemon.process.exitCode(within: 60) == 0)
        }
    }

    @Test(
        "anything but a command and a JSON object is wrong usage",
        arguments: [["label", "[1]"], ["a b", "{}"], []])
    func usage(arguments: [String]) async throws {
        #expect(try await GaitctlProcess.run(["request"] + arguments).status == 64)
    }
}
