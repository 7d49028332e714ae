import Foundation
import Gait
import GaitModels
import Messaging
import Simulation
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Trainer and daemon, killed during a retraining", .timeLimit(.minutes(30)))
struct KilledRetrainingTests {
    /// How many moments are tried: `GAITD_KILL_MOMENTS`, or 200 where tests may take long, or a few.
    private static let count =
        environment["GAITD_KILL_MOMENTS"].flatMap { Int($0) }.map { max($0, 1) }
        ?? (FuzzedProcess.isLong ? 200 : 4)
    private static let environment = ProcessInfo.processInfo.environment
    /// Moments after which everything begins again: a better model is then promoted again, and the store stays small.
    private static let perNode = 10

    @Test("at any moment, leave a model that serves, every acknowledged label and a job that has ended")
    func moments() async throws {
        let moments = KillMoment.moments(Self.count, seed: 1)
        var endings: [RetrainingState: Int] = [:]
        for start in stride(from: 0, to: moments.count, by: Self.perNode) {
            let node = try await KillableNode(seed: UInt64(1000 + start), learnsWell: FuzzedProcess.isLong)
            let begun = Arrival.monotonicSeconds()
            let first = try await node.client.retrain()
            let state = try await node.check(job: first, from: 0, "undisturbed")
            #expect(state == .succeeded || (state == .rejected && !FuzzedProcess.isLong))
            let duration = Arrival.monotonicSeconds() - begun
            for moment in moments[start..<min(start + Self.perNode, moments.count)] {
                let before = node.client.messages.count
                try node.label()
                let job = try await node.client.retrain()
                try node.label()
                node.wait(for: moment, duration: duration)
                try node.kill(moment.victim, job: job)
                let state = try await node.check(job: job, from: before, "\(moment)")
                endings[state, default: 0] += 1
            }
            #expect(!node.acknowledged.isEmpty)
            try await node.stop()
        }
        #expect(Set(endings.keys).isSubset(of: [.failed, .succeeded, .rejected]), "\(endings)")
    }
}

/// A real gaitd with a real trainer, both of which can be killed, and what it has acknowledged so far.
final class KillableNode {
    private let broker: TestBroker
    let client: TestClient
    private let folder: TemporaryFolder
    private let packaged: String
    private let learnsWell: Bool
    private var daemon: Daemon?
    private var labels = 0
    private static let keptVersions = 5

    private var storePath: String { folder.path("gaits.sqlite") }
    private var registryPath: String { folder.path("registry") }

    /// Starts it, with a store of simulated people whom the small model that it begins with cannot tell apart.
    ///
    /// - Parameters:
    ///   - seed: who these people are.
    ///   - learnsWell: whether a training takes seconds and makes a better model, or is soon over and makes none.
    init(seed: UInt64, learnsWell: Bool) async throws {
        self.learnsWell = learnsWell
        broker = try TestBroker()
        client = try TestClient(port: broker.port)
        folder = try TemporaryFolder()
        packaged = folder.path("packaged.safetensors")
        try TestModel.write(to: packaged, width: learnsWell ? 32 : 4)
        let store = try GaitStore(path: storePath, minimumFreeBytes: 0)
        for number in 0..<32 {
            try store.add(
                Emotion.allCases.map { emotion in
                    NewGait(
                        robot: "r1", person: "\(number)", subject: "\(emotion.rawValue)-\(number)",
                        label: emotion.rawValue, start: 0, end: 2.5,
                        gait: Walker(emotion: emotion, seed: seed + UInt64(number)).gait(frames: 75))
                })
        }
        try store.close()
        try await start()
    }

    /// Starts gaitd, and waits until it listens.
    func start() async throws {
        let before = client.messages.count
        let configuration = """
            model:
              path: \(packaged)
            store:
              path: \(storePath)
              min_free_mb: 1
            retrain:
              daily_at: never
              epochs: \(learnsWell ? 40 : 6)
              augment_per_class: 0
              min_balanced_accuracy: 0.1
              max_recall_drop: 1
              keep_versions: \(Self.keptVersions)
            """
        daemon = try Daemon(
            configuration: configuration, port: broker.port,
            environment: ["GAITD_MODEL_REGISTRY": registryPath])
        try await client.info(from: before)
    }

    /// Publishes a label of a supplied gait; its answer is looked for later.
    func label() throws {
        labels += 1
        let emotion = Emotion.allCases[labels % Emotion.allCases.count].rawValue
        try client.publish(
            "gaitd/n1/request/label",
            #"{"gait":[\#(WalkingFigure.gait(frames: 78))],"emotion":"\#(emotion)","transaction":"label \#(labels)"}"#
        )
    }

    /// Waits for the moment; the job may be over before it comes.
    ///
    /// - Parameter duration: seconds that an undisturbed retraining takes.
    func wait(for moment: KillMoment, duration: Double) {
        switch moment.time {
        case .share(let share): _ = Pause.until(within: share * duration) { false }
        case .afterWriting(let seconds):
            let before = registryFiles
            let deadline = Arrival.monotonicSeconds() + 2 * duration
            // It is soon over: longer looks would miss it.
            while registryFiles == before, Arrival.monotonicSeconds() < deadline { usleep(100) }
            usleep(UInt32(seconds * 1e6))
        }
    }

    private var registryFiles: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: registryPath)) ?? []).sorted()
    }

    /// Kills at once, without warning.
    func kill(_ victim: KillMoment.Victim, job: Int) throws {
        if victim != .daemon {
            let store = try GaitStore(path: storePath, creating: false)
            if let process = try store.job(Int64(job)).process,
                TrainingCommand.isRun(by: process, job: Int64(job), store: storePath)
            {
                Glibc.kill(process, SIGKILL)
            }
        }
        if victim != .trainer {
            daemon?.send(SIGKILL)
            #expect(daemon?.exitCode() == 128 + SIGKILL)
            daemon = nil
        }
    }

    /// That nothing acknowledged is lost and a model serves that can be loaded; the job is over.
    ///
    /// - Parameter context: what is said where something is wrong.
    /// - Returns: how the job ended.
    func check(job: Int, from index: Int, _ context: String) async throws -> RetrainingState {
        if daemon == nil { try await start() }
        let end = try await client.training(from: index, within: 60) { $0.job == job && $0.state.isOver }
        let store = try GaitStore(path: storePath, creating: false)
        let row = try store.job(Int64(job))
        #expect(row.state == end.state, "\(context): \(row) and \(end)")
        let stored = Set(try store.gaits().map(\.id))
        #expect(stored.isSuperset(of: acknowledged), "\(context): \(acknowledged.subtracting(stored))")

        let registry = try ModelRegistry(directory: registryPath, packaged: packaged)
        let serving = try registry.serving()
        _ = try EmotionClassifier(contentsOf: serving.path)
        // Weights whose metadata were not written any more: removed like old versions.
        #expect(registry.damagedVersions().count <= Self.keptVersions, "\(context)")
        if end.state == .succeeded {
            #expect(end.model == registry.aliases().serving, "\(context): \(end)")
        }
        var served = try await client.ask("info").data?["model"]?["sha256"]
        let deadline = Arrival.monotonicSeconds() + 5
        while served != .string(serving.sha256), Arrival.monotonicSeconds() < deadline {
            served = try await client.ask("info").data?["model"]?["sha256"]
        }
        #expect(served == .string(serving.sha256), "\(context)")
        return end.state
    }

    /// The numbers of the gaits whose storing was acknowledged.
    var acknowledged: Set<Int64> {
        var ids: Set<Int64> = []
        for message in client.messages where message.topic == "gaitd/n1/response/label" {
            if let answer = try? ResponseMessage(decoding: message.payload), answer.status == .ok,
                let id = answer.data?["gait"]?.number
            {
                ids.insert(Int64(id))
            }
        }
        return ids
    }

    /// Reads a person's emotion, and ends gaitd as the system does.
    func stop() async throws {
        client.walk("7")
        try await client.emotion(of: "7", from: client.messages.count) { $0.probabilities != nil }
        daemon?.send(SIGTERM)
        #expect(daemon?.exitCode() == 0)
    }
}

/// What is killed during a retraining, and when.
struct KillMoment: CustomStringConvertible {
    enum Victim: CaseIterable {
        case trainer, daemon, both
    }

    enum Time {
        /// As a share of an undisturbed retraining, from when it was asked for.
        case share(Double)
        /// Seconds after the first change in the registry's folder.
        case afterWriting(Double)
    }

    let victim: Victim
    let time: Time

    /// The moments that a seed gives: half of them anywhere, half while the version is registered, promoted and
    /// reported, which is soon over.
    static func moments(_ count: Int, seed: UInt64) -> [KillMoment] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            let victim = Victim.allCases[index % Victim.allCases.count]
            let time: Time =
                random.uniform(0...1) < 0.5
                ? .share(Double(random.uniform(0...1.05))) : .afterWriting(Double(random.uniform(0...0.008)))
            return KillMoment(victim: victim, time: time)
        }
    }

    var description: String { "\(victim) at \(time)" }
}
