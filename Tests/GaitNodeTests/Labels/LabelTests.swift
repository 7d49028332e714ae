import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Labels at a real broker")
struct LabelTests {
    /// Lets people walk until the client closes, and waits until each has been read.
    @discardableResult
    private static func walk(_ ids: [String] = ["7"], before client: TestClient) async throws -> Task<
        Void, Never
    > {
        let source = client.walk(ids.enumerated().map { WalkingFigure(id: $1, place: Double($0)) })
        for id in ids { try await client.emotion(of: id) }
        return source
    }

    @Test("a label stores the newest window or the last one up to its stamp, also of people who left")
    func windows() async throws {
        try await withTrainingNode(gaits: 0) { node, client in
            let walker = try await Self.walk(before: client)
            let newest = try await client.ask(
                "label",
                #"{"robot": "r1", "person": "7", "emotion": "sad", "annotator": "ann", "transaction": 1}"#)
            #expect(newest.status == .ok && newest.data?["gait"]?.number == 1, "\(newest)")
            #expect(newest.data?["window"]?["frames"]?.number == 75)
            let emotion = try await client.emotion(of: "7", from: client.messages.count)
            let end = try #require(emotion.window?.end)
            walker.cancel()
            try await client.people(from: client.messages.count) { $0.isEmpty }
            let late = try await client.ask(
                "label",
                #"{"robot": "r1", "person": "7", "emotion": "happy", "stamp": \#(end + 0.001), "subject": "s"}"#
            )
            #expect(late.data?["window"]?["end"]?.number == end, "\(late)")
            let early = try await client.ask(
                "label", #"{"robot": "r1", "person": "7", "emotion": "happy", "stamp": 1}"#)
            #expect(early.error == "no_window")
            let unknown = try await client.ask(
                "label", #"{"robot": "r1", "person": "8", "emotion": "happy"}"#)
            #expect(unknown.error == "no_window" && unknown.message?.contains("r1/8") == true)
            try await node.stop()

            let store = try GaitStore(path: node.storePath, creating: false)
            let gaits = try store.gaits()
            #expect(
                gaits.map(\.label) == ["sad", "happy"] && gaits[0].annotator == "ann"
                    && gaits[1].subject == "s")
            #expect(gaits[0].subject.hasPrefix("r1/7/") && gaits.allSatisfy { $0.gait.frames == 75 })
        }
    }

    @Test("a window has one label: a later one replaces it and says so; a stamp of no window has none")
    func oneLabel() async throws {
        try await withTrainingNode(gaits: 0) { node, client in
            let walker = try await Self.walk(before: client)
            let end = try #require(try await client.emotion(of: "7", from: client.messages.count).window?.end)
            let walked = client.messages.count
            walker.cancel()
            func label(_ emotion: String, _ stamp: Double) async throws -> ResponseMessage {
                try await client.ask(
                    "label",
                    #"{"robot":"r1","person":"7","emotion":"\#(emotion)","stamp":\#(stamp),"subject":"s"}"#)
            }
            for (emotion, isReplaced) in [("sad", false), ("sad", true), ("happy", true)] {
                let answer = try await label(emotion, end)
                #expect(answer.data?["gait"]?.number == 1, "\(answer)")
                #expect(answer.data?["replaced"] == .boolean(isReplaced))
            }
            try await client.people(from: walked) { $0.isEmpty }
            for stamp in [end * 1000, end + 3600, end + 30, -end, 1] {
                #expect(try await label("angry", stamp).error == "no_window", "\(stamp)")
            }
            let list = #"{"robot":"r1","person":"7","stamp":\#(end),"emotion":"#
            let both = try await client.ask("labels", #"{"labels":[\#(list)"sad"},\#(list)"angry"}]}"#)
            #expect(
                both.data?["labels"]?.elements.map { $0["replaced"] } == [.boolean(true), .boolean(true)])
            try await node.stop()
            #expect(try GaitStore(path: node.storePath).records().map(\.label) == ["angry"])
        }
    }

    /// The payloads of a command's answers, as they are.
    private static func answers(to command: String, _ client: TestClient) -> [String] {
        client.messages.filter { $0.topic == "gaitd/n1/response/\(command)" }
            .map { String(decoding: $0.payload, as: UTF8.self) }
    }

    @Test(
        "a repeated transaction stores nothing and another request under it is refused, also after a restart")
    func idempotence() async throws {
        let person = #""robot": "r1", "person": "7""#
        let requests = [
            ("label", #"{\#(person), "emotion": "sad", "transaction": "a"}"#),
            ("label", #"{\#(person), "emotion": "sad", "transaction": 9007199254740993}"#),
            ("labels", #"{"labels": [{\#(person), "emotion": "sad"}, {}], "transaction": 1}"#),
            ("labels", #"{"labels": [{"robot": "r1", "person": "8", "emotion": "sad"}], "transaction": 2}"#),
            ("label", #"{"robot": "r1", "person": "8", "emotion": "sad", "transaction": 3}"#),
            ("forget", #"{"person": "nobody", "transaction": 4}"#),
        ]
        func ask(_ client: TestClient) async throws -> [ResponseMessage] {
            var answers: [ResponseMessage] = []
            for (command, json) in requests { answers.append(try await client.ask(command, json)) }
            return answers
        }
        try await withTrainingNode(gaits: 0) { node, client in
            try await Self.walk(before: client)
            let first = try await ask(client)
            #expect(first.map(\.error) == [nil, nil, "some_refused", "some_refused", "no_window", nil])
            #expect(Self.answers(to: "label", client)[1].hasSuffix(#""transaction":9007199254740993}"#))
            #expect(try await ask(client) == first)
            try await node.stop()
            let stored = try GaitStore(path: node.storePath).records()
            // No one walks here: without the store's memory there would be no window.
            try await withTrainingNode(
                gaits: 0, folder: node.folder,
                test: { _, client in
                    let again = try await ask(client)
                    #expect(again == first)
                    for (command, json) in requests {
                        let other = json.replacing("sad", with: "happy").replacing("nobody", with: "7")
                        let refused = try await client.ask(command, other)
                        #expect(refused.error == "transaction_reused", "\(other)")
                    }
                    // As a Double it is the one above.
                    let near = requests[1].1.replacing("9007199254740993", with: "9007199254740992")
                    let unknown = try await client.ask("label", near)
                    #expect(unknown.error == "no_window")
                })
            #expect(try GaitStore(path: node.storePath).records() == stored)
        }
    }

    @Test("texts of 256 bytes are stored and repeated, longer ones are refused by name")
    func longTexts() async throws {
        try await withTrainingNode(gaits: 0) { node, client in
            func label(_ bytes: Int) -> String {
                let text = String(repeating: "x", count: bytes)
                return
                    #"{"gait":[\#(WalkingFigure.gait(frames: 80))],"emotion":"sad","subject":"\#(text)","annotator":"\#(text)","transaction":"\#(text)"}"#
            }
            let answer = try await client.ask("label", label(256))
            #expect(
                answer.status == .ok && answer.data?["subject"] == .string(String(repeating: "x", count: 256))
            )
            #expect(try await client.ask("label", label(256)) == answer)
            let refused = try await client.ask("label", label(257))
            #expect(refused.error == "invalid_request" && refused.message?.contains("transaction") == true)
            let gone = try await client.ask(
                "forget", #"{"subject":"\#(String(repeating: "x", count: 256))"}"#)
            #expect(gone.data?["gaits"]?.elements.count == 1)
            #expect(try await client.ask("label", label(256)).error == "forgotten")
            try await node.stop()
            try await withTrainingNode(
                gaits: 0, folder: node.folder,
                test: { _, client in
                    let forgotten = try await client.ask("label", label(256))
                    #expect(forgotten.error == "forgotten")
                })
        }
    }

    @Test("labels are stored in one request, and those that cannot be are named beside the others")
    func many() async throws {
        try await withTrainingNode(gaits: 0) { _, client in
            try await Self.walk(["7", "8"], before: client)
            let good = try await client.ask(
                "labels",
                #"{"labels": [{"robot":"r1","person":"7","emotion":"sad"},{"robot":"r1","person":"8","emotion":"angry"}]}"#
            )
            #expect(
                good.status == .ok
                    && good.data?["labels"]?.elements.compactMap { $0["gait"]?.number } == [1, 2])
            let mixed = try await client.ask(
                "labels",
                #"{"labels": [{"robot":"r1","person":"9","emotion":"sad"},{"robot":"r1","person":"8","emotion":"sad"},7]}"#
            )
            #expect(mixed.error == "some_refused")
            let results = mixed.data?["labels"]?.elements ?? []
            #expect(results.map { $0["error"] } == [.string("no_window"), nil, .string("invalid_request")])
            #expect(results[1]["gait"]?.number != nil)
        }
    }

    @Test("a supplied gait is stored as it would have been seen; a useless one is told why")
    func supplied() async throws {
        try await withTrainingNode(gaits: 0) { node, client in
            let figure = WalkingFigure(id: nil)
            let stored = try await client.ask(
                "label",
                #"{"gait": [\#(WalkingFigure.gait(frames: 80))], "emotion": "angry", "subject": "ann"}"#)
            #expect(stored.status == .ok && stored.data?["window"]?["coverage"]?.number == 1, "\(stored)")
            for (gait, reason) in [
                ("", "do not cover"), (WalkingFigure.gait(frames: 20), "do not cover"),
                ("{}", "message 0 is not a skeleton message"),
                (#"{"layout":"step16","bodies":[]}"#, "0 bodies"),
                (
                    WalkingFigure.message([figure], at: 1) + "," + WalkingFigure.message([figure], at: 0),
                    "message 1"
                ),
            ] {
                let answer = try await client.ask("label", #"{"gait": [\#(gait)], "emotion": "angry"}"#)
                #expect(
                    answer.error == "unusable_gait" && answer.message?.contains(reason) == true, "\(answer)")
            }
            try await node.stop()
            let gaits = try GaitStore(path: node.storePath).gaits()
            #expect(gaits.map(\.subject) == ["ann"] && gaits.first?.robot == "n1")
            let pose = figure.pose(at: 79.0 / 30)
            let last = try #require(gaits.first).gait.position(frame: 74, joint: .head)
            #expect(abs(last.z - pose[.head].z) < 1e-4)
        }
    }

    @Test("a hundred labels that come at once are stored, each of them durable")
    func rate() async throws {
        try await withTrainingNode(gaits: 0) { node, client in
            let gait = WalkingFigure.gait(frames: 78)
            for index in 0..<100 {
                try client.publish(
                    "gaitd/n1/request/label",
                    #"{"gait":[\#(gait)],"emotion":"sad","subject":"s\#(index)","transaction":\#(index)}"#)
            }
            _ = try await client.first(100) { $0.topic == "gaitd/n1/response/label" }
            let answers = try Self.answers(to: "label", client).map {
                try ResponseMessage(decoding: Array($0.utf8))
            }
            let stored = try GaitStore(path: node.storePath).records().map { Double($0.id) }
            #expect(Set(answers.compactMap { $0.data?["gait"]?.number }) == Set(stored))
            #expect(answers.allSatisfy { $0.status == .ok || $0.error == "busy" } && stored.count > 10)
        }
    }

    @Test("a flood of labels and other requests loses no answer to a label that was stored")
    func flood() async throws {
        try await withTrainingNode(settings: ["max_queued_messages 0", "max_inflight_messages 0"], gaits: 0) {
            _, client in
            let walker = try await Self.walk(before: client)
            let end = try #require(try await client.emotion(of: "7", from: client.messages.count).window?.end)
            walker.cancel()
            for index in 0..<6000 {
                try client.publish(
                    index % 2 == 0 ? "gaitd/n1/request/label" : "gaitd/n1/request/dance",
                    #"{"robot":"r1","person":"7","emotion":"sad","stamp":\#(end),"transaction":\#(index)}"#)
            }
            let health = try await client.health {
                $0.requests.received == 6000
                    && $0.requests.answered + ($0.requests.errors["unanswered"] ?? 0) == 6000
                    && $0.mqtt.queued < 10
            }
            let answers = try Self.answers(to: "label", client).map {
                try ResponseMessage(decoding: Array($0.utf8))
            }
            #expect(
                answers.count { $0.status == .ok } == health.requests.labels && health.requests.labels > 0)
            #expect(health.mqtt.dropped["queue_full"] == nil)
            #expect(answers.allSatisfy { $0.status == .ok || $0.error == "busy" })
        }
    }

    @Test("without room on the disk labels are refused, and emotions go on")
    func lowDisk() async throws {
        try await withTrainingNode(gaits: 0) {
            $0.store.minimumFreeMegabytes = 1 << 30
        } test: { _, client in
            try await Self.walk(before: client)
            let answer = try await client.ask("label", #"{"robot":"r1","person":"7","emotion":"sad"}"#)
            #expect(answer.error == "low_disk" && answer.data?["free_bytes"]?.number != nil, "\(answer)")
            try await client.emotion(of: "7", from: client.messages.count) { _ in true }
        }
    }

    @Test("forgetting deletes the gaits, and the versions that were trained on them serve no more")
    func forget() async throws {
        try await withTrainingNode(gaits: 2) { node, client in
            try node.register(version: 4, favorite: 0, gaits: [5])
            try node.register(version: 5, favorite: 2, gaits: [3])
            try node.register(version: 6, favorite: 3, gaits: [1, 2])
            for version in [4, 6] {
                #expect(try await client.ask("model/activate", #"{"version": \#(version)}"#).status == .ok)
            }
            let answer = try await client.ask("forget", #"{"person": "angry1"}"#)
            #expect(answer.data?["gaits"]?.elements.compactMap(\.number) == [2], "\(answer)")
            #expect(answer.data?["models"]?.elements.compactMap(\.number) == [6])
            // The newest that never saw them, and not the one that served before.
            #expect(answer.data?["serving"]?["version"]?.number == 5)
            let info = try await client.ask("info").data?["model"]
            #expect(info?["version"]?.number == 5 && info?["sha256"] == answer.data?["serving"]?["sha256"])
            #expect(try await client.ask("model/activate", #"{"version": 6}"#).error == "unusable_model")
            let again = try await client.ask("forget", #"{"gait": 2}"#)
            #expect(again.status == .ok && again.data?["gaits"]?.elements.isEmpty == true)
            #expect(try await client.ask("forget", "{}").error == "invalid_request")
            let few = try await client.ask("forget", #"{"gait": 3, "retrain": true}"#)
            #expect(
                few.status == .ok && few.data?["retrain"]?["error"] == .string("too_few_labels"), "\(few)")
            #expect(few.data?["serving"]?["version"]?.number == 4)
            let last = try await client.ask("forget", #"{"gait": 5}"#)
            #expect(last.data?["serving"]?["version"]?.number == 0)
            // The packaged model's own number.
            #expect(try await client.ask("info").data?["model"]?["version"]?.number == 3)
            try await node.stop()
            #expect(try GaitStore(path: node.storePath).records().map(\.id) == [1, 4, 6, 7, 8])
        }
    }

    @Test("what another process forgets stops serving within seconds, and ends a retraining")
    func forgottenOutside() async throws {
        let script = """
            echo '{"state":"running","stage":"classifier"}'
            while true; do sleep 0.1; done
            """
        try await withTrainingNode(script: script, gaits: 2) { node, client in
            try node.register(version: 4, favorite: 0, gaits: [1])
            #expect(try await client.ask("model/activate", #"{"version": 4}"#).status == .ok)
            let job = try await client.retrain()
            try await client.training { $0.stage == .classifier }
            let store = try GaitStore(path: node.storePath, minimumFreeBytes: 0)
            let before = client.messages.count
            #expect(try store.forget(GaitSelection(ids: [1])) == [1])
            try store.close()
            let end = try await client.training(from: before) { $0.job == job && $0.state.isOver }
            #expect(end.state == .cancelled && end.reason == Forgetting.reason, "\(end)")
            try await client.info(from: before) { $0.model["version"]?.number == 3 }
            #expect(try node.registry().versions().map(\.isStale) == [true])
        }
    }

    @Test(
        "a store that another program keeps locked refuses labels as busy, and pause, health and cancel go on"
    )
    func locked() async throws {
        try await withTrainingNode(gaits: 0) { node, client in
            try await Self.walk(before: client)
            let label = #"{"robot":"r1","person":"7","emotion":"sad","transaction":5}"#
            #expect(try await client.ask("pause", #"{"robot":"r2"}"#).data?["lasting"] == .boolean(true))
            let holder = try ChildProcess(
                "/usr/bin/python3",
                [
                    "-c",
                    """
                    import sqlite3, sys, time
                    store = sqlite3.connect(sys.argv[1], isolation_level=None)
                    store.execute("BEGIN IMMEDIATE"); print("locked", flush=True); time.sleep(600)
                    """, node.storePath,
                ], output: node.folder.path("holder"))
            #expect(
                Pause.until(within: 60) {
                    (try? String(contentsOfFile: node.folder.path("holder"), encoding: .utf8))?.isEmpty
                        == false
                })
            let before = client.messages.count
            try client.publish("gaitd/n1/request/label", label)
            #expect(try await client.ask("health").status == .ok)
            #expect(try await client.ask("retrain/cancel").error == "no_job")
            // The label waits for the store meanwhile.
            #expect(!client.messages.dropFirst(before).contains { $0.topic == "gaitd/n1/response/label" })
            let pause = try await client.ask("pause", #"{"robot":"r3"}"#)
            #expect(pause.status == .ok && pause.data?["lasting"] == .boolean(false), "\(pause)")
            let refused = try await client.first(
                ResponseMessage.self, on: "gaitd/n1/response/label", from: before)
            #expect(refused.error == "busy" && refused.message?.contains("5.0 s") == true, "\(refused)")
            holder.send(SIGKILL)
            holder.wait()
            let stored = try await client.ask("label", label)
            #expect(stored.status == .ok, "\(stored)")
        }
    }
}
