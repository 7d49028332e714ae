import Foundation
import TestSupport
import Testing

@Suite("gaitctl request", .enabled(if: TestBroker.isInstalled, "mosquitto is absent"))
struct RequestCommandTests {
    @Test("a node's answer is printed, its refusal told in one line, and so is silence")
    func answers() async throws {
        let broker = try TestBroker()
        let folder = try TemporaryFolder()
        let address = ["--host", "127.0.0.1", "--port", "\(broker.port)"]
        let silence = try await GaitctlProcess.run(["request", "info", "--timeout", "0.2"] + address)
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
        let listener = try Listener(port: broker.port, filter: "gaitd/n1/info")
        let daemon = try ProgramRun(ProgramRun.built("gaitd"), ["--config", configuration])
        #expect(!listener.wait(for: 1).isEmpty, "\(daemon.errors)")
        let info = try await GaitctlProcess.run(["request", "info"] + address).object()
        #expect(info["node"] as? String == "n1")
        let list = try await GaitctlProcess.run(["request", "model/list"] + address).object()
        #expect(list["serving"] as? Int == 0)
        let refused = try await GaitctlProcess.run(
            ["request", "label", #"{"robot": "r1", "person": "7", "emotion": "sad"}"#] + address)
        #expect(refused.failed(1, saying: ["no_window", "r1/7"]), "\(refused)")
        daemon.process.send(SIGTERM)
        #expect(daemon.process.exitCode(within: 5) == 0)
    }

    @Test(
        "what is no JSON object, or no command, is wrong usage",
        arguments: [["label", "[1]"], ["a b", "{}"], []])
    func usage(arguments: [String]) async throws {
        #expect(try await GaitctlProcess.run(["request"] + arguments).status == 64)
    }
}
