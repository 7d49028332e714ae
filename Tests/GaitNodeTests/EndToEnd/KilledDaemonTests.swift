import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("A real gaitd that is killed while it retrains")
struct KilledDaemonTests {
    @Test("acknowledged labels survive, a model serves, the job has failed and its process is gone")
    func killed() async throws {
        try await withBroker { broker, client in
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
            try await client.info()
            for emotion in Emotion.allCases {
                let answer = try await client.ask(
                    "label",
                    #"{"gait": [\#(WalkingFigure.gait(frames: 80))], "emotion": "\#(emotion.rawValue)"}"#)
                #expect(answer.status == .ok, "\(answer)")
            }
            #expect(try await client.ask("retrain").status == .ok)
            try await client.training { $0.stage == .classifier }
            killed.send(SIGKILL)
            try await client.state(.offline)

            let before = client.messages.count
            let next = try Daemon(configuration: configuration, port: broker.port, environment: environment)
            try await client.info(from: before)
            let end = try await client.training(from: before)
            #expect(end.state == .failed && end.reason == "gaitd ended while it ran")
            let process = try folder.processIdentifier("child")
            #expect(
                Pause.until(within: 2) {
                    !TrainingCommand.isRun(
                        by: process, job: Int64(end.job), store: folder.path("gaits.sqlite"))
                })
            #expect(try GaitStore(path: folder.path("gaits.sqlite")).records().count == 4)
            next.send(SIGTERM)
            #expect(next.exitCode() == 0)
        }
    }
}
