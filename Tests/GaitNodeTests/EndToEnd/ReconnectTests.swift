import Foundation
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("A broker that comes and goes")
struct ReconnectTests {
    private static let isLong = ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] != nil

    @Test(
        "after every restart of the broker all is said again, requests are answered, and none is executed twice"
    )
    func restarts() async throws {
        let rounds = Self.isLong ? 20 : 3
        let setup = try await TrainingNode(gaits: 0) { $0.pipeline.personTimeout = 600 }
        let client = setup.client
        let walker = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        _ = try await client.log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion") {
            $0.state == .ok
        }
        for round in 1...rounds {
            setup.broker.kill()
            let before = client.log.messages.count
            // Asked during the cut, and again by somebody who is not sure: both wait for the broker at the requester.
            let label = #"{"robot": "r1", "person": "7", "emotion": "sad", "transaction": \#(round)}"#
            for _ in 0..<2 { try client.publish("gaitd/n1/request/label", label) }
            try setup.broker.start()
            try await expectAnnouncements(from: before, reconnects: round, client: client)
            // The broker that was started knows nothing of what was there before: a late listener gets all of it.
            let late = try TestClient(port: setup.broker.port)
            for topic in ["gaitd/n1/state", "gaitd/n1/info", "gaitd/n1/health", "robots/r1/people"] {
                _ = try await late.log.first { $0.topic == topic && $0.retained }
            }
            try await expectAnswer(to: label, transaction: round, from: before, client: client)
        }
        walker.cancel()
        try await setup.node.stop()
        let gaits = try GaitStore(path: setup.storePath, creating: false).records()
        #expect(gaits.count == rounds)
    }

    private func expectAnnouncements(from index: Int, reconnects: Int, client: TestClient) async throws {
        let log = client.log
        _ = try await log.first(StateMessage.self, on: "gaitd/n1/state", from: index, within: 60) {
            $0.state == .online
        }
        _ = try await log.first(InfoMessage.self, on: "gaitd/n1/info", from: index)
        _ = try await log.first(PeopleMessage.self, on: "robots/r1/people", from: index) {
            $0.people == ["7"]
        }
        _ = try await log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion", from: index) {
            $0.state == .ok
        }
        _ = try await log.first(HealthMessage.self, on: "gaitd/n1/health", from: index) {
            $0.mqtt.connected && $0.mqtt.reconnects == reconnects
        }
    }

    /// A request that reached the broker before the node was back is nobody's: whoever asked asks again.
    private func expectAnswer(
        to label: String, transaction: Int, from index: Int, client: TestClient
    ) async throws {
        try client.publish("gaitd/n1/request/label", label)
        let answer = try await client.log.first(
            ResponseMessage.self, on: "gaitd/n1/response/label", from: index
        ) { $0.transaction == .number(Double(transaction)) }
        #expect(answer.status == .ok, "\(answer)")
    }

    @Test(
        "after a cut of the network for half a minute the node is back, and what it retains is right",
        .enabled(
            if: isLong && NetworkNamespace.isPermitted, "takes a minute, and may make network namespaces"))
    func networkCut() async throws {
        let network = try NetworkNamespace()
        let port = try TestBroker.freePort()
        let broker = try TestBroker(settings: [
            "listener \(port) \(network.hostAddress)", "allow_anonymous true",
        ])
        let client = try TestClient(port: broker.port)
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
        try await client.nodeIsOnline()
        try network.cut()
        let cut = client.log.messages.count
        _ = try await client.log.first(StateMessage.self, on: "gaitd/n1/state", from: cut) {
            $0.state == .offline
        }
        try client.publish("gaitd/n1/request/info", #"{"transaction": "during the cut"}"#)
        try await Task.sleep(for: .seconds(30))
        try network.mend()
        let mended = client.log.messages.count
        // 30 s at most from one attempt to the next, 10 s for an attempt that began before the cut ended.
        _ = try await client.log.first(StateMessage.self, on: "gaitd/n1/state", from: mended, within: 45) {
            $0.state == .online
        }
        _ = try await client.log.first(InfoMessage.self, on: "gaitd/n1/info", from: mended)
        // What was queued during the cut, and has not expired, comes first.
        _ = try await client.log.first(HealthMessage.self, on: "gaitd/n1/health", from: mended) {
            $0.mqtt.connected && $0.mqtt.reconnects == 1
        }
        let answer = try await client.ask("info", #"{"transaction": "afterwards"}"#)
        #expect(answer.status == .ok && answer.transaction == .string("afterwards"))
        daemon.process.send(SIGTERM)
        #expect(daemon.process.exitCode(within: 20) == 0, "\(daemon.errors)")
    }
}
