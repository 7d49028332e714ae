import Gait
import Simulation
import Testing

@testable import Recognition

@Suite("Recognizer")
struct RecognizerTests {
    /// A recognizer with what it says, driven frame by frame.
    private struct Driver {
        var recognizer: Recognizer
        /// A source of the robot r1.
        let source: Int
        var events: [RecognitionEvent] = []
        var due: [Recognizer.DueWindow] = []

        init(_ settings: Recognizer.Settings = .init(), camera: String? = nil) {
            recognizer = Recognizer(settings)
            source = recognizer.addSource(robot: "r1", camera: camera)
        }

        /// Takes in a frame whose stamp is the arrival unless it is given; returns what happened.
        @discardableResult
        mutating func take(
            _ bodies: [SourceBody], from other: Int? = nil, at arrival: Double, stamp: Double? = nil,
            origin: CoordinateOrigin = .world, refusal: (String) -> RecognitionEvent? = { _ in nil }
        ) -> [RecognitionEvent] {
            events.removeAll()
            var bodies = bodies
            recognizer.take(
                &bodies, from: other ?? source, origin: origin, stamp: stamp ?? arrival, arrival: arrival,
                wallClock: arrival, events: &events, refusal: refusal)
            return events
        }

        mutating func windows(limit: Int = 8) -> [Recognizer.DueWindow] {
            recognizer.nextWindows(limit: limit, into: &due)
            return due
        }

        mutating func removeAbsent(at now: Double) -> [RecognitionEvent] {
            events.removeAll()
            recognizer.removeAbsent(at: now, events: &events)
            return events
        }
    }

    private static let walker = Walker(emotion: .neutral, seed: 1)

    private static func body(_ id: String?, at time: Double, aside: Float = 0) -> SourceBody {
        var pose = walker.pose(at: time)
        for joint in Joint.allCases { pose[joint].x += aside }
        return SourceBody(identifier: id.map { .named($0) } ?? .unnamed, pose: pose)
    }

    private func arrivals(_ events: [RecognitionEvent]) -> [String] {
        events.compactMap { if case .arrived(_, let name) = $0 { name } else { nil } }
    }

    @Test("a person arrives once, poses are kept, and the person leaves after the timeout")
    func lifetime() {
        var driver = Driver()
        let first = driver.take([Self.body("7", at: 0)], at: 100)
        #expect(first == [.accepted, .arrived(person: 1, name: "7"), .kept(body: 0, person: 1, time: 100)])
        #expect(driver.take([Self.body("7", at: 0.1)], at: 100.1).count == 2)
        #expect(driver.recognizer.names(ofRobot: "r1") == ["7"] && driver.recognizer.hasPeople(driver.source))
        #expect(driver.removeAbsent(at: 103).isEmpty)
        #expect(driver.removeAbsent(at: 103.2) == [.left(person: 1)])
        #expect(driver.recognizer.peopleCount == 0 && !driver.recognizer.hasPeople(driver.source))
        driver.take([Self.body("8", at: 4)], at: 104)
        driver.recognizer.removeSource(driver.source, events: &driver.events)
        #expect(driver.events.last == .left(person: 2) && driver.recognizer.peopleCount == 0)
        #expect(driver.recognizer.addSource(robot: "r2", camera: nil) == driver.source)
    }

    @Test("implausible bodies and refused names are not people")
    func refused() {
        var driver = Driver()
        var huge = Self.body("1", at: 0)
        huge.pose = huge.pose.mapped { $0 * 100 }
        let events = driver.take(
            [huge, Self.body("2", at: 0), Self.body("3", at: 0)], at: 1,
            refusal: { $0 == "2" ? .dropped(.paused) : $0 == "3" ? .invalidName : nil })
        #expect(events == [.implausible(body: 0), .accepted, .dropped(.paused), .invalidName])
        #expect(driver.recognizer.peopleCount == 0)
    }

    @Test("sources of one robot share names, and all sources share the bound on people")
    func names() {
        var driver = Driver(.init(maximumPeople: 2))
        let camera = driver.recognizer.addSource(robot: "r1", camera: "door")
        driver.take([Self.body("door-1", at: 0)], at: 1)
        #expect(
            driver.take([Self.body("1", at: 0)], from: camera, at: 1)
                == [.accepted, .dropped(.nameConflict)])
        #expect(arrivals(driver.take([Self.body("2", at: 0)], from: camera, at: 1.1)) == ["door-2"])
        #expect(
            driver.take([Self.body("3", at: 0)], from: camera, at: 1.2)
                == [.accepted, .dropped(.tooManyPeople)])
        #expect(driver.recognizer.person(robot: "r1", name: "door-1") == 1)
    }

    @Test("a crowd before one robot gives way to other robots' people, newest first, until all have as many")
    func shares() {
        var driver = Driver(.init(maximumPeople: 6))
        let other = driver.recognizer.addSource(robot: "r2", camera: nil)
        let crowd = (0..<9).map { Self.body("\($0)", at: 0) }
        driver.take(crowd, at: 1)
        #expect(
            driver.take([Self.body("a", at: 0), Self.body("b", at: 0)], from: other, at: 1.1)
                == [
                    .accepted, .arrived(person: 7, name: "a"), .kept(body: 0, person: 7, time: 1.1),
                    .arrived(person: 8, name: "b"), .kept(body: 1, person: 8, time: 1.1), .left(person: 6),
                    .left(person: 5),
                ])
        // The crowd does not come back.
        #expect(arrivals(driver.take(crowd, at: 1.2)).isEmpty)
        #expect(arrivals(driver.take((0..<9).map { Self.body("x\($0)", at: 0) }, at: 1.3)).isEmpty)
        #expect(driver.recognizer.names(ofRobot: "r1") == ["0", "1", "2", "3"])
        let more = ["c", "d"].map { Self.body($0, at: 0) }
        #expect(arrivals(driver.take(more, from: other, at: 1.4)) == ["c"])
        #expect(driver.recognizer.peopleCount == 6 && driver.recognizer.names(ofRobot: "r2").count == 3)
    }

    @Test("due people of a crowd take turns with another robot's")
    func turns() {
        var driver = Driver()
        let other = driver.recognizer.addSource(robot: "r2", camera: nil)
        for frame in 0...6 {
            let time = 1 + Double(frame) / 10
            driver.take((0..<20).map { Self.body("\($0)", at: time) }, at: time)
            driver.take([Self.body("a", at: time), Self.body("b", at: time)], from: other, at: time)
        }
        #expect(Set(["a", "b"]).isSubset(of: driver.windows(limit: 4).map(\.name)))
    }

    @Test("people without ids are followed by place, and a number whose name is taken is skipped")
    func unnamed() {
        var driver = Driver()
        driver.take([Self.body("t1", at: 0, aside: 5)], at: 1)
        let (one, other) = (Self.body(nil, at: 0), Self.body(nil, at: 0, aside: 2))
        #expect(arrivals(driver.take([one, other], at: 1.1)) == ["t2", "t3"])
        #expect(arrivals(driver.take([other, one], at: 1.2)).isEmpty)
        // Without places, the one body without an id is always the same person.
        let placeless = driver.recognizer.addSource(robot: "r2", camera: nil)
        for (number, aside) in [Float(0), 3, 9].enumerated() {
            let events = driver.take(
                [Self.body(nil, at: 0, aside: aside)], from: placeless, at: 2 + Double(number) / 10,
                origin: .root)
            #expect(arrivals(events) == (number == 0 ? ["t4"] : []))
        }
    }

    @Test("a camera's numbers are mapped to the node's, again after it begins again")
    func cameraNumbers() {
        var driver = Driver(camera: "door")
        var names: [[String]] = []
        for (time, beginsAgain) in [(1.0, true), (1.1, false), (1.2, true)] {
            var events: [RecognitionEvent] = []
            var body = Self.body(nil, at: time)
            body.identifier = .numbered(1)
            var bodies = [body]
            driver.recognizer.takeAdmitted(
                &bodies, from: driver.source, time: time, arrival: time, beginsAgain: beginsAgain,
                events: &events)
            names.append(arrivals(events))
        }
        #expect(names == [["door-t1"], [], ["door-t2"]])
    }

    @Test("late frames are dropped but their people are seen; a jump of the clock begins again")
    func clock() {
        var driver = Driver()
        driver.take([Self.body("7", at: 0)], at: 100, stamp: 50)
        #expect(driver.take([Self.body("7", at: 0)], at: 102, stamp: 49.9) == [.dropped(.late)])
        #expect(driver.removeAbsent(at: 104).isEmpty)
        #expect(
            driver.take([Self.body("7", at: 0)], at: 104, stamp: 5)
                == [
                    .dropped(.clockReset), .restarted(person: 1), .accepted,
                    .kept(body: 0, person: 1, time: 5),
                ])
    }

    @Test("dismissed people leave, and their places go on being followed")
    func dismissal() {
        var driver = Driver()
        driver.take([Self.body(nil, at: 0)], at: 1)
        driver.events.removeAll()
        driver.recognizer.dismiss(where: { $0 == "r1" && $1 == "t1" }, events: &driver.events)
        #expect(driver.events == [.left(person: 1)])
        let again = driver.take(
            [Self.body(nil, at: 0)], at: 1.1,
            refusal: { $0 == "t1" ? .dropped(.paused) : nil })
        #expect(again == [.accepted, .dropped(.paused)])
    }

    @Test("due people come in batches in order; people who have left take no place in one")
    func batches() {
        var driver = Driver()
        let names = (0..<6).map { "p\($0)" }
        for frame in 0...6 {
            let time = 1 + Double(frame) / 10
            driver.take(names.map { Self.body($0, at: time) }, at: time)
        }
        driver.recognizer.dismiss(where: { $1 == "p1" }, events: &driver.events)
        let first = driver.windows(limit: 3)
        let second = driver.windows(limit: 8)
        #expect(first.count == 3 && second.count == 2 && !driver.recognizer.hasDuePeople)
        #expect(Set((first + second).map(\.name)) == Set(names).subtracting(["p1"]))
        // A person due at the newest frame is in time, all others are read late.
        #expect((first + second).contains { $0.isPostponed })
        #expect(driver.windows().isEmpty)
    }

    @Test("a walker is classified after smoothing, a person at rest is not")
    func decisions() {
        var driver = Driver(.init(smoothing: 1.5, minimumConfidence: 0.5))
        let still = Self.body("still", at: 0).pose
        var states: [String: [EmotionState]] = [:]
        var calls = 0
        var decisions: [EmotionDecision] = []
        for frame in 0..<150 {
            let time = Double(frame) / 30
            driver.take(
                [Self.body("walks", at: time), SourceBody(identifier: .named("still"), pose: still)],
                at: 10 + time)
            var due = driver.windows()
            driver.recognizer.decide(&due, into: &decisions) { gaits in
                calls += 1
                return gaits.map { _ in [0.2, 0.7, 0.1, 0] }
            }
            for (person, decision) in zip(due, decisions) {
                states[person.name, default: []].append(decision.state)
            }
        }
        #expect(states["walks"]?.last == .ok && states["still"]?.last == .notWalking)
        #expect(states["walks"]?.first == .insufficientData && states["still"]?.contains(.ok) == false)
        #expect(calls == states["walks"]?.count { $0 == .ok })
        #expect(decisions.count <= 2)
    }

    @Test(
        "in a recording a window comes as soon as it is whole, then one every interval",
        arguments: [0.5, 2.5])
    func recording(interval: Double) {
        var driver = Driver(.init(cadence: .consecutive(interval: interval)))
        var ends: [Double] = []
        for frame in 0..<240 {
            let time = Double(frame) / 30
            // The source's clock is an hour behind.
            driver.take([Self.body("7", at: time)], at: 3600 + time, stamp: time)
            ends += driver.windows().compactMap { $0.window?.end }
        }
        #expect(abs((ends.first ?? 0) - PoseBuffer.windowSeconds) < 1e-6)
        #expect(zip(ends, ends.dropFirst()).allSatisfy { abs($1 - $0 - interval) < 1e-6 })
        #expect(ends.count == Int((239.0 / 30 - PoseBuffer.windowSeconds) / interval + 1e-6) + 1)
    }
}
