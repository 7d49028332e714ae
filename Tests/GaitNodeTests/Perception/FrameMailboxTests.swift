import Messaging
import Testing

@testable import GaitNode

@Suite("Frames that wait")
struct FrameMailboxTests {
    private let idle = SourceRegistry<Int>.idleSeconds

    private static func mailbox() throws -> FrameMailbox {
        try FrameMailbox(topics: try Topics(node: "n1"), maximumBytes: 10)
    }

    private static func frame(
        _ camera: String, _ payload: [UInt8] = [1], at seconds: Double = 1, robot: String = "r1"
    ) -> MQTTMessage {
        MQTTMessage(
            topic: "robots/\(robot)/cameras/\(camera)/frame", payload: payload,
            arrival: Arrival(wallClock: seconds, monotonic: seconds))
    }

    @Test("the newest of a camera takes the place of one that waits, which is counted")
    func newest() throws {
        let mailbox = try Self.mailbox()
        for byte in UInt8(1)...3 { #expect(mailbox.take(Self.frame("a", [byte]))) }
        #expect(mailbox.next(until: 0)?.message.payload == [3])
        #expect(mailbox.next(until: 0) == nil)
        #expect(mailbox.report(elapsed: 1, now: 2)["r1/a"]?.dropped == ["newer_frame": 2])
    }

    @Test("cameras take turns")
    func turns() throws {
        let mailbox = try Self.mailbox()
        var order: [String?] = []
        for _ in 0..<4 {
            for camera in ["a", "b"] { #expect(mailbox.take(Self.frame(camera))) }
            order.append(mailbox.next(until: 0)?.source.camera)
        }
        #expect(Set(order[..<2]) == ["a", "b"] && Array(order[..<2]) == Array(order[2...]))
    }

    @Test("robots take turns, however many cameras each has, and one with many gives way to another")
    func robots() throws {
        let mailbox = try Self.mailbox()
        var order: [String] = []
        for _ in 0..<6 {
            for camera in 0..<2 * PerceptionLimits.cameras {
                #expect(mailbox.take(Self.frame("c\(camera)", robot: "loud")))
            }
            #expect(mailbox.take(Self.frame("a", robot: "quiet")))
            guard let frame = mailbox.next(until: 0) else { break }
            order.append(frame.source.robot)
            mailbox.countAccepted(of: frame.message.topic)
        }
        #expect(order.count == 6 && order.count { $0 == "quiet" } == 3)
    }

    @Test("a retained frame is counted and not read")
    func retained() throws {
        let mailbox = try Self.mailbox()
        var frame = Self.frame("a")
        frame.retained = true
        #expect(mailbox.take(frame))
        #expect(mailbox.next(until: 0) == nil)
        #expect(mailbox.report(elapsed: 1, now: 2)["r1/a"]?.dropped == ["retained": 1])
    }

    @Test("other topics are not its own; names that are none, and frames that are too large, are counted")
    func refused() throws {
        let mailbox = try Self.mailbox()
        #expect(!mailbox.take(MQTTMessage(topic: "robots/r1/skeletons", payload: [])))
        #expect(!mailbox.take(MQTTMessage(topic: "gaitd/n1/request/frame", payload: [])))
        #expect(mailbox.take(Self.frame("a b")))
        #expect(mailbox.take(Self.frame("a", [UInt8](repeating: 0, count: 11))))
        #expect(mailbox.take(Self.frame("a", []), oversizedBytes: 1 << 20))
        let report = mailbox.report(elapsed: 1, now: 2)
        #expect(report["other"]?.rejected == ["invalid_topic": 1])
        #expect(report["r1/a"]?.rejected == ["too_large": 2] && mailbox.next(until: 0) == nil)
    }

    @Test(
        "there are so many places; a camera of which nothing was ever good, or that is silent, loses its own")
    func places() throws {
        let mailbox = try Self.mailbox()
        for number in 0..<PerceptionLimits.cameras {
            #expect(mailbox.take(Self.frame("c\(number)", at: 1 + Double(number) / 100)))
            mailbox.countAccepted(of: "robots/r1/cameras/c\(number)/frame")
        }
        #expect(mailbox.take(Self.frame("late", at: 2)))
        #expect(!mailbox.contains(topic: "robots/r1/cameras/late/frame"))
        #expect(mailbox.report(elapsed: 1, now: 2)["other"]?.dropped == ["too_many_sources": 1])
        #expect(mailbox.take(Self.frame("later", at: 2 + idle)))
        #expect(mailbox.contains(topic: "robots/r1/cameras/later/frame"))
        #expect(!mailbox.contains(topic: "robots/r1/cameras/c0/frame"))
        // Nothing of it was good yet: it gives way to the next.
        for number in 1..<PerceptionLimits.cameras {
            #expect(mailbox.take(Self.frame("c\(number)", at: 2 + idle)))
        }
        #expect(mailbox.take(Self.frame("latest", at: 3 + idle)))
        #expect(!mailbox.contains(topic: "robots/r1/cameras/later/frame"))
    }

    @Test("nothing is handed out after the end, and a waiting consumer wakes")
    func closed() async throws {
        let mailbox = try Self.mailbox()
        #expect(mailbox.take(Self.frame("a")))
        mailbox.close()
        #expect(mailbox.next(until: .infinity) == nil && mailbox.isClosed)
    }
}
