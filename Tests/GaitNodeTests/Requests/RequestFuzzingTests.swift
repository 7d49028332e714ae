import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("A request with anything changed")
struct RequestFuzzingTests {
    @Test("is read or refused with a name and a text, and leaves no memory behind")
    func mutations() async {
        await #expect(processExitsWith: .success) {
            let configuration = try NodeConfiguration(reader: TestConfiguration.reader())
            var mutations = RequestFuzzingTests.mutations(seed: 10)
            var codes: Set<String> = []
            FuzzedProcess.expectBounded(accepted: (0.05, 0.9)) { _ in
                let payload = mutations.next()
                _ = try? ResponseMessage(decoding: payload)
                do throws(RequestMessage.Fault) {
                    let request = try RequestMessage(command: "label", payload: payload)
                    if let text = request.transaction {
                        _ = RequestTransaction(text: text, command: "label", payload: payload)
                    }
                    for failure in RequestFuzzingTests.failures(request, configuration) {
                        codes.insert(failure.code.rawValue)
                        #expect(!failure.message.isEmpty && failure.message.utf8.count < 1000)
                    }
                    return true
                } catch {
                    codes.insert(RequestFailure(error).code.rawValue)
                    return false
                }
            }
            #expect(
                codes.isSuperset(of: ["invalid_request", "unknown_emotion", "unusable_gait"]), "\(codes)")
        }
    }

    @Test("is answered by a real gaitd with a store, which goes on working and stays as large as it is")
    func daemon() async throws {
        try await withBroker(settings: ["max_queued_messages 0"]) { broker, client in
            let folder = try TemporaryFolder()
            let configuration = """
                store: {path: \(folder.path("gaits.sqlite")), min_free_mb: 1}
                retrain: {daily_at: never, program: /bin/false}
                health: {interval: 0.5}
                """
            let daemon = try Daemon(
                configuration: "model:\n  path: test.safetensors\n  registry: \(folder.path("registry"))\n"
                    + configuration,
                port: broker.port)
            try await client.info()
            let batches = FuzzedProcess.isLong ? 100 : 10
            var mutations = Self.mutations(seed: 11)
            var generator = SeededGenerator(seed: 11)
            var held = 0
            for batch in 1...batches {
                // Fewer than find room, so that none is answered `busy` unread.
                for _ in 0..<100 {
                    let command = RequestRouter.Command.allCases.randomElement(using: &generator) ?? .label
                    try client.publish("gaitd/n1/request/\(command.rawValue)", mutations.next())
                }
                let health = try await client.health(from: client.messages.count) {
                    $0.requests.received == 100 * batch && $0.requests.answered == 100 * batch
                }
                #expect(health.requests.errors["busy"] == nil)
                if batch == 1 { held = health.residentBytes }
                #expect(health.residentBytes - held < 64 << 20)
            }
            // A node that begins asks itself whether its name is taken.
            let answers = client.messages.filter {
                $0.topic.hasPrefix("gaitd/n1/response/") && !$0.topic.contains("newcomer-")
            }
            #expect(answers.count == 100 * batches)
            for answer in answers {
                let response = try ResponseMessage(decoding: answer.payload)
                #expect(response.status == .ok || response.message?.isEmpty == false)
            }
            #expect(try await client.ask("info").status == .ok)
            daemon.send(SIGTERM)
            #expect(daemon.exitCode() == 0, "\(daemon.errorOutput.suffix(2000))")
        }
    }

    static func mutations(seed: UInt64) -> Mutations<SeededGenerator> {
        let walker = WalkingFigure(id: "7")
        let gait = stride(from: 0, to: 2.6, by: 0.1).map {
            WalkingFigure.message([walker], at: $0, stamp: 100 + $0)
        }
        let window =
            #"{"robot": "r1", "person": "7", "emotion": "sad", "annotator": "ann", "transaction": "t1"}"#
        let originals = [
            window, #"{"labels": [\#(window), \#(window)], "transaction": 7}"#,
            #"{"emotion": "happy", "subject": "s", "gait": [\#(gait.joined(separator: ","))]}"#,
            #"{"epochs": 5, "augment": {"per_class": 3}, "budget_s": 300, "activate": "never"}"#,
            #"{"person": "7", "subject": "s", "robot": "r1", "gaits": [1, 2], "retrain": true}"#,
            #"{"version": 2, "transaction": 1.5}"#, "{}",
        ]
        return Mutations(
            originals.map { Array($0.utf8) },
            tokens: JSONTokens.all + [
                "\"emotion\":", "\"transaction\":", "\"stamp\":", "\"gait\":[", "\"a/b\"",
            ],
            using: SeededGenerator(seed: seed))
    }

    /// What the commands say to the fields of a request.
    static func failures(_ request: RequestMessage, _ configuration: NodeConfiguration) -> [RequestFailure] {
        var failures: [RequestFailure] = []
        do {
            let label = try LabelRequest(request)
            if case .uploaded(let messages) = label.target {
                _ = try UploadedGait.window(
                    of: messages, ServedLifter(path: "none", load: LifterLoader.load))
            }
        } catch { failures.append(RequestFailure(error)) }
        do {
            _ = try RetrainingRequest(request, configuration.retrain)
        } catch { failures.append(RequestFailure(error)) }
        return failures
    }
}
