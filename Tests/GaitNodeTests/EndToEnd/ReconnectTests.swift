import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("A broker that comes and goes")
struct ReconnectTests {
    @Test("after each broker restart all is announced again, and no request is executed twice")
    func restarts() async throws {
        let rounds = FuzzedProcess.isLong ? 20 : 3
        try await withTrainingNode(gaits: 0, personTimeout: 600) { node, client in
            let walker = client.walk("7")
            try await client.emotion(of: "7")
            for round in 1...rounds {
                node.broker.kill()
                let before = client.messages.count
                // Asked during the cut, and again by a requester that is not sure: both wait there for the broker.
                let label = #"{"robot": "r1", "person": "7", "emotion": "sad", "transaction": \#(round)}"#
                for _ in 0..<2 { try client.publish("gaitd/n1/request/label", label) }
                try node.broker.start()
                try await expectAnnouncements(from: before, reconnects: round, client: client)
                // The broker that was started knows nothing of what was there before: a late listener gets all of it.
                try await withClient(port: client.port) { late in
                    for topic in ["gaitd/n1/state", "gaitd/n1/info", "gaitd/n1/health", "robots/r1/people"] {
                        _ = try await late.first { $0.topic == topic && $0.retained }
                    }
                }
                try await expectAnswer(to: label, transaction: round, from: before, client: client)
            }
            walker.cancel()
            try await node.stop()
            let gaits = try GaitStore(path: node.storePath, creating: false).records()
            #expect(gaits.count == rounds)
        }
    }

    private func expectAnnouncements(from index: Int, reconnects: Int, client: TestClient) async throws {
        try await client.state(.online, from: index)
        try await client.info(from: index)
        try await client.people(from: index) { $0 == ["7"] }
        try await client.emotion(of: "7", from: index)
        try await client.health(from: index) { $0.mqtt.connected && $0.mqtt.reconnects == reconnects }
    }

    /// A request that reached the broker before the node was back gets no answer: the requester asks again.
    private func expectAnswer(
        to label: String, transaction: Int, from index: Int, client: TestClient
    ) async throws {
        try client.publish("gaitd/n1/request/label", label)
        let answer = try await client.first(
            ResponseMessage.self, on: "gaitd/n1/response/label", from: index
        ) { $0.transaction == .number(Double(transaction)) }
        #expect(answer.status == .ok, "\(answer)")
    }

    @Test(
        "after a cut of the network for half a minute the node is back, and what it retains is right",
        .enabled(
            if: FuzzedProcess.isLong && NetworkNamespace.isPermitted,
            "takes a minute, and may make network namespaces"))
    func networkCut() async throws {
        let network = try NetworkNamespace()
        let port = try TestBroker.freePort()
        let settings = ["listener \(port) \(network.hostAddress)", "allow_anonymous true"]
        try await withBroker(settings: settings) { _, client in
            let folder = try TemporaryFolder()
            try TestModel.write(to: folder.path("test.safetensors"))
            let configuration = try folder.write(
                "gaitd.yaml",
                """
                deployment: {purpose: tests of gaitd, notice: nobody real is seen}
                mqtt: {host: "\(network.hostAddress)", port: \(port), keep_alive: 5}
                model: {path: test.safetensors}
                health: {interval: 1}
                """)
            let daemon = try network.run(ProgramRun.built("gaitd"), ["--config", configuration])
            try await client.info()
            try network.cut()
            let cut = client.messages.count
            try await client.state(.offline, from: cut)
            try client.publish("gaitd/n1/request/info", #"{"transaction": "during the cut"}"#)
            try await Task.sleep(for: .seconds(30))
            try network.mend()
            let mended = client.messages.count
            try await client.state(.online, from: mended)
            try await client.info(from: mended)
            // What was queued during the cut, and has not expired, comes first.
            try await client.health(from: mended) { $0.mqtt.connected && $0.mqtt.reconnects == 1 }
            let answer = try await client.ask("info", #"{"transaction": "afterwards"}"#)
            #expect(answer.status == .ok && answer.transaction == .string("afterwards"))
            daemon.process.send(SIGTERM)
            #expect(daemon.process.exitCode(within: 20) == 0, "\(daemon.errors)")
        }
    }
}
