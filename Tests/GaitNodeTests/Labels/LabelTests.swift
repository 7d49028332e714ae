import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Labels at a real broker")
struct LabelTests {
    private static func walker(_ setup: TrainingNode, _ ids: [String] = ["7"]) async throws -> Task<
        Void, Never
    > {
        let figures = ids.enumerated().map { WalkingFigure(id: $1, place: Double($0)) }
        let task = walk(figures, topic: "robots/r1/skeletons", client: setup.client)
        for id in ids {
            _ = try await setup.client.log.first(EmotionMessage.self, on: "robots/r1/people/\(id)/emotion") {
                $0.state == .ok
            }
        }
        return task
    }

    @Test(
        "a label stores the newest window, or the one that ends at or before its stamp, also of somebody gone"
    )
    func windows() async throws {
        let setup = try await TrainingNode(gaits: 0)
        let walker = try await Self.walker(setup)
        let newest = try await setup.client.ask(
            "label",
            #"{"robot": "r1", "person": "7", "emotion": "sad", "annotator": "ann", "transaction": 1}"#)
        #expect(newest.status == .ok && newest.data?["gait"]?.number == 1, "\(newest)")
        #expect(newest.data?["window"]?["frames"]?.number == 75)
        let emotion = try await setup.client.log.first(
            EmotionMessage.self, on: "robots/r1/people/7/emotion", from: setup.client.log.messages.count
        ) { $0.state == .ok }
        let end = try #require(emotion.window?.end)
        walker.cancel()
        _ = try await setup.client.log.first(
            PeopleMessage.self, on: "robots/r1/people", from: setup.client.log.messages.count
        ) { $0.people.isEmpty }
        let late = try await setup.client.ask(
            "label",
            #"{"robot": "r1", "person": "7", "emotion": "happy", "stamp": \#(end + 0.001), "subject": "s"}"#)
        #expect(late.data?["window"]?["end"]?.number == end, "\(late)")
        let early = try await setup.client.ask(
            "label", #"{"robot": "r1", "person": "7", "emotion": "happy", "stamp": 1}"#)
        #expect(early.error == "no_window")
        let unknown = try await setup.client.ask(
            "label", #"{"robot": "r1", "person": "8", "emotion": "happy"}"#)
        #expect(unknown.error == "no_window" && unknown.message?.contains("r1/8") == true)
        try await setup.node.stop()

        let store = try GaitStore(path: setup.storePath, creating: false)
        let gaits = try store.gaits()
        #expect(
            gaits.map(\.label) == ["sad", "happy"] && gaits[0].annotator == "ann" && gaits[1].subject == "s")
        #expect(gaits[0].subject.hasPrefix("r1/7/") && gaits.allSatisfy { $0.gait.frames == 75 })
    }

    @Test("a repeated transaction stores nothing, also after a restart of the node")
    func idempotence() async throws {
        let request = #"{"robot": "r1", "person": "7", "emotion": "sad", "transaction": "a"}"#
        let setup = try await TrainingNode(gaits: 0)
        let walker = try await Self.walker(setup)
        defer { walker.cancel() }
        let first = try await setup.client.ask("label", request)
        #expect(try await setup.client.ask("label", request) == first)
        try await setup.node.stop()
        let next = try await TrainingNode(gaits: 0, folder: setup.folder)
        // Nobody walks here: without the store's memory there would be no window.
        #expect(try await next.client.ask("label", request) == first)
        try await next.node.stop()
        #expect(try GaitStore(path: setup.storePath).records().count == 1)
    }

    @Test("labels are stored in one request, and those that cannot be are named beside the others")
    func many() async throws {
        let setup = try await TrainingNode(gaits: 0)
        let walker = try await Self.walker(setup, ["7", "8"])
        defer { walker.cancel() }
        let good = try await setup.client.ask(
            "labels",
            #"{"labels": [{"robot":"r1","person":"7","emotion":"sad"},{"robot":"r1","person":"8","emotion":"angry"}]}"#
        )
        #expect(
            good.status == .ok && good.data?["labels"]?.elements.compactMap { $0["gait"]?.number } == [1, 2])
        let mixed = try await setup.client.ask(
            "labels",
            #"{"labels": [{"robot":"r1","person":"9","emotion":"sad"},{"robot":"r1","person":"8","emotion":"sad"},7]}"#
        )
        #expect(mixed.error == "some_refused")
        let results = mixed.data?["labels"]?.elements ?? []
        #expect(results.map { $0["error"] } == [.string("no_window"), nil, .string("invalid_request")])
        #expect(results[1]["gait"]?.number == 3)
        try await setup.node.stop()
    }

    @Test("a supplied gait is stored as it would have been seen; a useless one is told why")
    func supplied() async throws {
        let setup = try await TrainingNode(gaits: 0)
        let figure = WalkingFigure(id: nil)
        func messages(_ count: Int) -> String {
            (0..<count).map { WalkingFigure.message([figure], at: Double($0) / 30) }.joined(separator: ",")
        }
        let stored = try await setup.client.ask(
            "label", #"{"gait": [\#(messages(80))], "emotion": "angry", "subject": "ann"}"#)
        #expect(stored.status == .ok && stored.data?["window"]?["coverage"]?.number == 1, "\(stored)")
        for (gait, reason) in [
            ("", "do not cover"), (messages(20), "do not cover"),
            ("{}", "message 0 is not a skeleton message"),
            (#"{"layout":"step16","bodies":[]}"#, "0 bodies"),
            (
                WalkingFigure.message([figure], at: 1) + "," + WalkingFigure.message([figure], at: 0),
                "message 1"
            ),
        ] {
            let answer = try await setup.client.ask("label", #"{"gait": [\#(gait)], "emotion": "angry"}"#)
            #expect(answer.error == "unusable_gait" && answer.message?.contains(reason) == true, "\(answer)")
        }
        try await setup.node.stop()
        let gaits = try GaitStore(path: setup.storePath).gaits()
        #expect(gaits.map(\.subject) == ["ann"] && gaits.first?.robot == "n1")
        let pose = figure.pose(at: 79.0 / 30)
        let last = try #require(gaits.first).gait.position(frame: 74, joint: .head)
        #expect(abs(last.z - pose[.head].z) < 1e-4)
    }

    @Test("a hundred labels that come at once are stored, each of them durable")
    func rate() async throws {
        let setup = try await TrainingNode(gaits: 0)
        let walker = try await Self.walker(setup)
        defer { walker.cancel() }
        for index in 0..<100 {
            try setup.client.publish(
                "gaitd/n1/request/label",
                #"{"robot":"r1","person":"7","emotion":"sad","subject":"s\#(index)","transaction":\#(index)}"#
            )
        }
        _ = try await setup.client.log.first(ResponseMessage.self, on: "gaitd/n1/response/label") {
            $0.transaction == .number(99)
        }
        #expect(try GaitStore(path: setup.storePath).records().count == 100)
        try await setup.node.stop()
    }

    @Test("without room on the disk labels are refused, and emotions go on")
    func lowDisk() async throws {
        let setup = try await TrainingNode(gaits: 0) { $0.store.minimumFreeMegabytes = 1 << 30 }
        let walker = try await Self.walker(setup)
        defer { walker.cancel() }
        let answer = try await setup.client.ask("label", #"{"robot":"r1","person":"7","emotion":"sad"}"#)
        #expect(answer.error == "low_disk" && answer.data?["free_bytes"]?.number != nil, "\(answer)")
        _ = try await setup.client.log.first(
            EmotionMessage.self, on: "robots/r1/people/7/emotion", from: setup.client.log.messages.count)
        try await setup.node.stop()
    }

    @Test("forgetting deletes the gaits and marks the versions that were trained on them")
    func forget() async throws {
        let setup = try await TrainingNode(gaits: 2)
        try setup.register(version: 4, favourite: 1, gaits: [1, 2])
        try setup.register(version: 5, favourite: 1, gaits: [3])
        let answer = try await setup.client.ask("forget", #"{"person": "angry1"}"#)
        #expect(answer.data?["gaits"]?.elements.compactMap(\.number) == [2], "\(answer)")
        #expect(answer.data?["models"]?.elements.compactMap(\.number) == [4])
        let again = try await setup.client.ask("forget", #"{"gait": 2}"#)
        #expect(again.status == .ok && again.data?["gaits"]?.elements.isEmpty == true)
        #expect(try await setup.client.ask("forget", "{}").error == "invalid_request")
        let few = try await setup.client.ask("forget", #"{"gait": 1, "retrain": true}"#)
        #expect(few.status == .ok && few.data?["retrain"]?["error"] == .string("too_few_labels"), "\(few)")
        try await setup.node.stop()
        #expect(try GaitStore(path: setup.storePath).records().map(\.id) == Array(3...8))
    }
}
