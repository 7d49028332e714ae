import Foundation
import TestSupport
import Testing

@Suite("gaitctl check-stream", .broker)
struct CheckStreamCommandTests {
    @Test("the simulator's stream is good, and ends it with 0")
    func good() async throws {
        try await withBroker { broker in
            let robot = try Tool.start("simulate --robots 1 --people 2", at: broker)
            defer { robot.process.send(SIGINT) }
            let object = try await Tool.run(
                "check-stream --robot r1 --seconds 4 --json --model \(PackageFolder.classifier)", at: broker
            ).object()
            // A loaded machine may not keep the rate, so that the test leaves it out.
            let findings = try #require(object["findings"] as? [[String: Any]])
            for subject in ["messages", "ids", "joints", "layout", "units", "up", "limbs", "sides"] {
                let verdicts = findings.filter { $0["subject"] as? String == subject }.map {
                    $0["verdict"] as? String
                }
                #expect(verdicts == ["good"], "\(subject): \(findings)")
            }
            #expect((object["messages"] as? Int ?? 0) > 20)
            let emotions = try #require(object["emotions"] as? [String: Int])
            #expect(Set(emotions.keys) == ["ok", "uncertain", "not_walking", "insufficient_data"])
            #expect(emotions.values.reduce(0, +) > 0)
        }
    }

    @Test("what gaitd rejects is reported with what to do, and ends it with 1")
    func wrong() async throws {
        try await withBroker { broker, client in
            let check = try Tool.start("check-stream --robot r1 --seconds 2", at: broker)
            #expect(
                Pause.until(within: 30) {
                    try? client.publish("robots/r1/skeletons", #"{"layout":"openpose26","bodies":[]}"#)
                    return !check.process.isRunning
                })
            #expect(check.process.wait() == 1)
            #expect(check.output.contains("rejected as unknown_layout: \"openpose26\""), "\(check.output)")
            #expect(check.output.contains("-> layouts are step16, "))
            #expect(
                check.errors.hasSuffix("\n")
                    && check.errors.contains("gaitctl: robots/r1/skeletons: wrong are messages"))
        }
    }

    @Test("silence is a failure that names the topics on which something comes")
    func silence() async throws {
        try await withBroker { broker in
            try await Tool.run("check-stream --robot r1 --seconds 1", at: broker)
                .expectFailure(1, saying: "no message arrived on robots/r1/skeletons", "none on any other")
            let robot = try Tool.start("simulate --robots 1 --people 1", at: broker)
            defer { robot.process.send(SIGINT) }
            try await Tool.run("check-stream --robot r7 --camera head --seconds 1", at: broker)
                .expectFailure(1, saying: "robots/r7/cameras/head/skeletons", "but on robots/r1/skeletons")
        }
    }
}
