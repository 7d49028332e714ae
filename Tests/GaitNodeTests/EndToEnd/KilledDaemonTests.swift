import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("A real gaitd that is killed while it retrains")
struct KilledDaemonTests {
    @Test(
        "labels that were answered are there, a model serves, the job is reported failed and its process is gone"
    )
    func killed() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let folder = try TemporaryFolder()
        let script = """
            echo $$ > "$(dirname "$0")/child"
            echo '{"state":"running","stage":"classifier"}'
            while true; do sleep 0.1; done
            """
        let program = try folder.script("train", script)
        let configuration = """
            store:
              path: \(folder.path("gaits.sqlite"))
              min_free_mb: 1
            retrain:
              program: \(program)
              min_gaits_per_class: 1
              daily_at: never
            """
        let environment = ["GAITD_MODEL_REGISTRY": folder.path("registry")]
        let killed = try Daemon(configuration: configuration, port: broker.port, environment: environment)
        try await client.nodeIsOnline()
        let walk = (0..<80).map { WalkingFigure.message([WalkingFigure(id: nil)], at: Double($0) / 30) }
            .joined(separator: ",")
        for emotion in Emotion.allCases {
            let answer = try await client.ask(
                "label", #"{"gait": [\#(walk)], "emotion": "\#(emotion.rawValue)"}"#)
            #expect(answer.status == .ok, "\(answer)")
        }
        #expect(try await client.ask("retrain").status == .ok)
        _ = try await client.training { $0.stage == .classifier }
        killed.send(SIGKILL)
        _ = try await client.log.first(StateMessage.self, on: "gaitd/n1/state") { $0.state == .offline }

        let before = client.log.messages.count
        let next = try Daemon(configuration: configuration, port: broker.port, environment: environment)
        try await client.nodeIsOnline(from: before)
        let end = try await client.training(from: before) { _ in true }
        #expect(end.state == .failed && end.reason == "gaitd ended while it ran")
        let text = try String(contentsOfFile: folder.path("child"), encoding: .utf8)
        let process = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(
            Pause.until(within: 2) {
                !TrainingCommand.isRun(by: process, job: Int64(end.job), store: folder.path("gaits.sqlite"))
            })
        #expect(try GaitStore(path: folder.path("gaits.sqlite")).records().count == 4)
        next.send(SIGTERM)
        #expect(next.exitCode(within: 5) == 0)
    }
}
