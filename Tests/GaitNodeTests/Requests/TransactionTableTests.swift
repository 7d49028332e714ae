import Messaging
import Storage
import Testing

@testable import GaitNode

struct TransactionTableTests {
    private static let answer = Answer(data: .string("x"))
    private static let message = MQTTMessage(topic: "gaitd/n1/request/label", payload: [1, 2, 3])

    private static func transaction(_ text: String, _ payload: String = "{}") -> RequestTransaction {
        RequestTransaction(text: Array(text.utf8), command: "label", payload: Array(payload.utf8))
    }

    private func begin(
        _ table: TransactionTable, _ text: String, _ payload: String = "{}", at now: Double = 0
    ) -> TransactionTable.Known {
        table.begin(Self.transaction(text, payload), Self.message, at: now)
    }

    @Test("an answer is known for ten minutes")
    func expiry() {
        let table = TransactionTable()
        #expect(begin(table, "1") == .new)
        #expect(table.end(Self.transaction("1"), with: Self.answer, at: 0).isEmpty)
        #expect(begin(table, "1", at: 599) == .answered(Self.answer))
        #expect(table.count == 1)
        #expect(begin(table, "1", at: 601) == .new)
        #expect(table.count == 0)
    }

    @Test("the transaction of another request is told apart, also while that one is executed")
    func reuse() {
        let table = TransactionTable()
        #expect(begin(table, "1", "a") == .new)
        #expect(begin(table, "1", "b") == .reused)
        #expect(begin(table, #""1""#, "b") == .new)
        #expect(begin(table, "9007199254740992") == .new && begin(table, "9007199254740993") == .new)
        #expect(
            RequestTransaction(text: [1], command: "a", payload: Array("bc".utf8))
                != RequestTransaction(text: [1], command: "ab", payload: Array("c".utf8)))
    }

    @Test(
        "repeated requests wait for the answer to the first, without their payloads, and not too many of them"
    )
    func waiting() {
        let table = TransactionTable()
        #expect(begin(table, "1") == .new)
        for _ in 0..<16 { #expect(begin(table, "1") == .waiting) }
        #expect(begin(table, "1") == .crowded)
        let waiting = table.end(Self.transaction("1"), with: Self.answer, at: 0)
        #expect(
            waiting.count == 16 && waiting.allSatisfy { $0.payload.isEmpty && $0.topic == Self.message.topic }
        )
        #expect(begin(table, "1") == .answered(Self.answer))
    }

    @Test("a request that could not be executed for now is new again")
    func passing() {
        let table = TransactionTable()
        for code in [RequestFailure.Code.busy, .stopping, .notReady, .lowDisk, .storeFailed] {
            #expect(begin(table, "1") == .new)
            #expect(begin(table, "1") == .waiting)
            #expect(
                table.end(Self.transaction("1"), with: Answer(RequestFailure(code, "x")), at: 0).count == 1)
        }
        #expect(begin(table, "1") == .new)
        _ = table.end(Self.transaction("1"), with: Answer(RequestFailure(.noWindow, "x")), at: 0)
        #expect(begin(table, "1") == .answered(Answer(RequestFailure(.noWindow, "x"))))
    }

    @Test("it stays within its count and its bytes, the oldest go first")
    func bounds() {
        let few = TransactionTable(seconds: 1e9, maximumCount: 3, maximumBytes: 1 << 20)
        let small = TransactionTable(seconds: 1e9, maximumCount: 1 << 20, maximumBytes: 2500)
        for index in 0..<5000 {
            for table in [few, small] {
                _ = begin(table, "\(index)", at: Double(index))
                _ = table.end(Self.transaction("\(index)"), with: Self.answer, at: Double(index))
            }
        }
        #expect(few.count == 3 && small.count == 4)
        #expect(begin(few, "4996", at: 5000) == .new)
        #expect(begin(few, "4997", at: 5000) == .answered(Self.answer))
    }

    @Test("an answer repeats the transaction's text as it was, and survives being kept")
    func answers() throws {
        let answer = Answer(
            RequestFailure(.someRefused, "1 of 2", data: .object(["labels": .array([.null])])))
        let payload = answer.payload(transaction: Array("9007199254740993".utf8))
        #expect(String(decoding: payload, as: UTF8.self).hasSuffix(#""transaction":9007199254740993}"#))
        let response = try ResponseMessage(decoding: payload)
        #expect(response.error == "some_refused" && response.data?["labels"]?.elements == [.null])
        #expect(Answer(kept: answer.head) == answer && answer.isFinal)
        #expect(try ResponseMessage(decoding: Self.answer.payload(transaction: nil)).transaction == nil)
    }
}
