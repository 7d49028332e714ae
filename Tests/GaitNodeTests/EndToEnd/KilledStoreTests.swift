import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("A real gaitd that is killed while it stores or forgets", .timeLimit(.minutes(60)))
struct KilledStoreTests {
    private static let moments = FuzzedProcess.isLong ? 300 : 20
    private static let gait = WalkingFigure.gait(frames: 78)

    /// A gaitd that can be killed and started again, with a store and a registry.
    private final class Victim {
        let broker: TestBroker
        let client: TestClient
        let folder: TemporaryFolder
        private var daemon: Daemon

        var storePath: String { folder.path("gaits.sqlite") }

        init(_ broker: TestBroker, _ client: TestClient) async throws {
            (self.broker, self.client) = (broker, client)
            folder = try TemporaryFolder()
            try TestModel.write(to: folder.path("packaged.safetensors"))
            daemon = try Self.start(folder, broker)
            try await client.info()
        }

        private static func start(_ folder: TemporaryFolder, _ broker: TestBroker) throws -> Daemon {
            let configuration = """
                model: {path: \(folder.path("packaged.safetensors")), registry: \(folder.path("registry"))}
                store: {path: \(folder.path("gaits.sqlite")), min_free_mb: 1}
                retrain: {daily_at: never}
                """
            return try Daemon(configuration: configuration, port: broker.port)
        }

        /// Kills it, and starts it again.
        ///
        /// - Returns: how many messages there were before the start.
        func killAndStart() async throws -> Int {
            let killed = client.messages.count
            daemon.send(SIGKILL)
            #expect(daemon.exitCode() == 128 + SIGKILL)
            try await client.state(.offline, from: killed)
            let before = client.messages.count
            daemon = try Self.start(folder, broker)
            try await client.info(from: before)
            return before
        }

        /// Answers to labels by the text of their transaction.
        func answers(from index: Int) throws -> [(transaction: String, answer: ResponseMessage)] {
            try client.messages.dropFirst(index).filter { $0.topic == "gaitd/n1/response/label" }.map {
                message in
                let text = String(decoding: message.payload, as: UTF8.self)
                let transaction = text.components(separatedBy: #""transaction":"#).last ?? ""
                return (String(transaction.dropLast()), try ResponseMessage(decoding: message.payload))
            }
        }
    }

    private static func label(_ number: Int, _ emotion: String = "sad") -> (transaction: String, json: String)
    {
        // Two neighbors are the same Double.
        let transaction = "\(9_007_199_254_740_992 + number)"
        return (
            transaction, #"{"gait":[\#(gait)],"emotion":"\#(emotion)","transaction":\#(transaction)}"#
        )
    }

    @Test("every label is stored once, whenever it is killed and however often it is asked")
    func labels() async throws {
        try await withBroker(settings: ["max_queued_messages 0"]) { broker, client in
            let node = try await Victim(broker, client)
            var random = SeededGenerator(seed: 21)
            let perMoment = 5
            for moment in 0..<Self.moments {
                let numbers = moment * perMoment..<(moment + 1) * perMoment
                for number in numbers {
                    try client.publish("gaitd/n1/request/label", Self.label(number).json)
                    guard moment > 0 else { continue }
                    // Of transactions that are settled: the same request, and another one.
                    let old = Int.random(in: 0..<numbers.lowerBound, using: &random)
                    try client.publish("gaitd/n1/request/label", Self.label(old).json)
                    try client.publish("gaitd/n1/request/label", Self.label(old, "happy").json)
                }
                usleep(UInt32.random(in: 0..<120_000, using: &random))
                let before = try await node.killAndStart()
                for number in numbers {
                    let (transaction, json) = Self.label(number)
                    try client.publish("gaitd/n1/request/label", json)
                    _ = try await client.first(from: before) { message in
                        message.topic == "gaitd/n1/response/label"
                            && String(decoding: message.payload, as: UTF8.self)
                                .hasSuffix("\"transaction\":\(transaction)}")
                    }
                }
            }
            var gaits: [String: Int64] = [:]
            var refusals: Set<String> = []
            for (transaction, answer) in try node.answers(from: 0) {
                guard let id = answer.data?["gait"]?.number else {
                    refusals.insert(answer.error ?? "")
                    continue
                }
                #expect(gaits[transaction] == nil || gaits[transaction] == Int64(id), "\(transaction)")
                gaits[transaction] = Int64(id)
            }
            #expect(refusals.isSubset(of: ["transaction_reused", "busy"]), "\(refusals)")
            let stored = try GaitStore(path: node.storePath, creating: false).gaits()
            #expect(gaits.count == Self.moments * perMoment)
            #expect(stored.map(\.id).sorted() == gaits.values.sorted())
            #expect(stored.allSatisfy { $0.label == "sad" })
        }
    }

    @Test("of a forgotten person nothing is left in the store's bytes, the registry and the service")
    func forgetting() async throws {
        try await withBroker { broker, client in
            let node = try await Victim(broker, client)
            var random = SeededGenerator(seed: 22)
            let store = try GaitStore(path: node.storePath)
            let registry = try ModelRegistry(
                directory: node.folder.path("registry"), packaged: node.folder.path("packaged.safetensors"))
            var interrupted = 0
            for moment in 0..<Self.moments {
                let name = "Marguerite-\(moment)-of-the-gate"
                var label = #"{"gait":[\#(Self.gait)],"emotion":"sad","transaction":"\#(name)","subject":"#
                let answer = try await client.ask("label", label + "\"\(name)\"}")
                let id = Int64(try #require(answer.data?["gait"]?.number, "\(answer)"))
                label = label.replacing(name, with: "keeps \(moment)")
                #expect(try await client.ask("label", label + "\"kept\"}").status == .ok)
                let version = registry.nextVersion(above: 3)
                let path = node.folder.path("candidate")
                try TestModel.write(to: path, version: version)
                let weights = try Data(contentsOf: URL(filePath: path))
                try registry.add(
                    ModelMetadata(
                        version: version, parent: 0, dataHash: "", gaits: [id], metrics: [:],
                        decision: .init(isAccepted: true, reason: "better", figures: [:]), command: "test",
                        seed: 1, created: 1), weights: weights)
                let activation = try await client.ask("model/activate", #"{"version": \#(version)}"#)
                #expect(activation.status == .ok, "\(activation)")

                try client.publish("gaitd/n1/request/forget", #"{"subject": "\#(name)"}"#)
                usleep(UInt32.random(in: 0..<60_000, using: &random))
                let before = try await node.killAndStart()
                let isDeleted = try store.records(matching: GaitSelection(ids: [id])).isEmpty
                if isDeleted {
                    let info = try await client.info(from: before)
                    #expect(info.model["version"]?.number != Double(version), "\(moment)")
                    interrupted += 1
                } else {
                    #expect(try await client.ask("forget", #"{"subject": "\#(name)"}"#).status == .ok)
                }
                #expect(Pause.until(within: 60) { (try? store.isForgetting(isMarking: true)) == false })
                let served = try await client.ask("info").data?["model"]?["version"]?.number
                #expect(served != Double(version), "\(moment)")
                let marked = try #require(registry.versions().first { $0.version == version })
                #expect(marked.isStale && registry.aliases().serving == ModelAliases.packaged)
                for file in try Self.files(in: node.folder) {
                    let bytes = try Data(contentsOf: file)
                    #expect(bytes.range(of: Data(name.utf8)) == nil, "\(moment): \(file.lastPathComponent)")
                    #expect(
                        bytes != weights || file.lastPathComponent == "candidate",
                        "\(moment): \(file.lastPathComponent)")
                }
            }
            #expect(interrupted > 0)
            #expect(try store.records().count == Self.moments)
        }
    }

    /// All files of a folder and its folders.
    private static func files(in folder: TemporaryFolder) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).map {
            folder.url.appending(path: $0)
        }
        .filter { !$0.lastPathComponent.hasSuffix("-shm") && (try? Data(contentsOf: $0)) != nil }
    }
}
