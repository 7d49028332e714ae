import Messaging
import Testing

@testable import gaitctl

struct NodeReportTests {
    private func report(_ messages: [MQTTMessage], now: Double) throws -> NodeReport {
        var table = NodeTable(topics: try Topics(node: "gaitctl"))
        for message in messages { table.take(message) }
        let node = try #require(table.byName["n1"])
        return NodeReport(node, now: Arrival(wallClock: now, monotonic: 50))
    }

    @Test("a node that is online with a fresh health message is well, and says how it is")
    func well() throws {
        let node = NodeMessages(node: "n1")
        let report = try report([node.state(.online), node.info(), node.health()], now: 1003)
        #expect(report.problem == nil)
        #expect(report.healthAge == 3)
        #expect(
            report.text == """
                n1  online  gaitd 0.1.0  model step v3 (ab12cd34)  up 3 min 20 s
                  67 MB, 0.42 cores, 12 threads; 2 people, said 3 s ago
                  mqtt: connected, 0 reconnects, 1234 received, 0 published, 0 queued
                  emotions: 2 ok, 1 uncertain, 0 not walking, 1 with insufficient data
                  source            rate     frames    age     dropped                 rejected
                  r1/skeletons      30.0/s   1200      0.1 s   late 2                  missing_id 3
                  latency in ms     p50      p95      p99
                  decode            -        -        -
                  total             4.20     6.10     7.00
                """)
    }

    @Test("offline, stopped, silent and unknown nodes are told apart")
    func problems() throws {
        let node = NodeMessages(node: "n1")
        #expect(
            try report([node.state(.offline), node.health()], now: 1003).problem?.contains("is offline")
                == true)
        #expect(try report([node.state(.stopped)], now: 1003).problem?.contains("has stopped") == true)
        #expect(
            try report([node.state(.online), node.info()], now: 1003).problem?
                .contains("sends no health message") == true)
        #expect(
            try report([node.health()], now: 1003).problem?.contains("has not reported that it is online")
                == true
        )
    }

    @Test("an old retained health message is stale by the node's own interval; one that came live is not")
    func stale() throws {
        let node = NodeMessages(node: "n1")
        let messages = [node.state(.online), try node.info(interval: 2), try node.health()]
        #expect(try report(messages, now: 1007).problem == nil)
        #expect(try report(messages, now: 1009).problem?.contains("is 9 s old") == true)
        #expect(try report(messages, now: 900).problem?.contains("1 min 40 s in the future") == true)
        var live = try node.health()
        (live.retained, live.arrival) = (false, Arrival(wallClock: 9000, monotonic: 49))
        #expect(try report(messages + [live], now: 9000).problem == nil)
    }

    @Test("what is not a node's message is passed over")
    func others() throws {
        var table = NodeTable(topics: try Topics(node: "gaitctl"))
        for (topic, payload) in [
            ("gaitd/n1/state", "{}"), ("gaitd/n1/health", "[]"), ("gaitd/n1/other", "{}"),
            ("gaitd/a b/state", #"{"state":"online"}"#), ("gaitd/n1/x/state", #"{"state":"online"}"#),
            ("robots/n1/state", #"{"state":"online"}"#),
        ] {
            let isTaken = table.take(MQTTMessage(topic: topic, payload: Array(payload.utf8)))
            #expect(!isTaken)
        }
        #expect(table.nodes.isEmpty)
    }
}
