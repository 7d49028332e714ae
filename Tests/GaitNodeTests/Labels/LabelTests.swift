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

    @Test("a repeated transaction stores nothing, also after a restart of the node")
    func idempotence() async throws {
        let request = #"{"robot": "r1", "person": "7", "emotion": "sad", "transaction": "a"}"#
        try await withTrainingNode(gaits: 0) { node, client in
            try await Self.walk(before: client)
            let first = try await client.ask("label", request)
            #expect(try await client.ask("label", request) == first)
            try await node.stop()
            // No one walks here: without the store's memory there would be no window.
            let again = try await withTrainingNode(gaits: 0, folder: node.folder) { _, client in
                try await client.ask("label", request)
            }
            #expect(again == first)
            #expect(try GaitStore(path: node.storePath).records().count == 1)
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
            #expect(results[1]["gait"]?.number == 3)
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
            try await Self.walk(before: client)
            for index in 0..<100 {
                try client.publish(
                    "gaitd/n1/request/label",
                    #"{"robot":"r1","person":"7","emotion":"sad","subject":"s\#(index)","transaction":\#(index)}"#
                )
            }
            _ = try await client.first(ResponseMessage.self, on: "gaitd/n1/response/label") {
                $0.transaction == .number(99)
            }
            #expect(try GaitStore(path: node.storePath).records().count == 100)
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

    @Test("forgetting deletes the gaits and marks the versions that were trained on them")
    func forget() async throws {
        try await withTrainingNode(gaits: 2) { node, client in
            try node.register(version: 4, favorite: 1, gaits: [1, 2])
            try node.register(version: 5, favorite: 1, gaits: [3])
            let answer = try await client.ask("forget", #"{"person": "angry1"}"#)
            #expect(answer.data?["gaits"]?.elements.compactMap(\.number) == [2], "\(answer)")
            #expect(answer.data?["models"]?.elements.compactMap(\.number) == [4])
            let again = try await client.ask("forget", #"{"gait": 2}"#)
            #expect(again.status == .ok && again.data?["gaits"]?.elements.isEmpty == true)
            #expect(try await client.ask("forget", "{}").error == "invalid_request")
            let few = try await client.ask("forget", #"{"gait": 1, "retrain": true}"#)
            #expect(
                few.status == .ok && few.data?["retrain"]?["error"] == .string("too_few_labels"), "\(few)")
            try await node.stop()
            #expect(try GaitStore(path: node.storePath).records().map(\.id) == Array(3...8))
        }
    }
}
