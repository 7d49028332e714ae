import Messaging
import Testing

@testable import GaitNode

struct TransactionCacheTests {
    private static let answer = ResponseMessage(status: .ok, data: .string("x"), transaction: .number(1))

    @Test("an answer is known for ten minutes")
    func expiry() {
        var cache = TransactionCache()
        #expect(cache.look(up: "1", request: "a", at: 0) == .new)
        cache.keep(Self.answer, size: 100, for: "1", request: "a", at: 0)
        #expect(cache.look(up: "1", request: "a", at: 599) == .answered(Self.answer))
        #expect(cache.look(up: "1", request: "a", at: 601) == .new)
        #expect(cache.count == 0)
    }

    @Test("the transaction of another request is told apart, and number 1 from text 1")
    func reuse() {
        var cache = TransactionCache()
        cache.keep(Self.answer, size: 100, for: TransactionCache.key(of: .number(1)), request: "a", at: 0)
        #expect(cache.look(up: TransactionCache.key(of: .number(1)), request: "b", at: 1) == .reused)
        #expect(cache.look(up: TransactionCache.key(of: .string("1")), request: "b", at: 1) == .new)
        let prints = [("a", "bc"), ("ab", "c")].map {
            TransactionCache.fingerprint(command: $0.0, payload: Array($0.1.utf8))
        }
        #expect(prints[0] != prints[1])
    }

    @Test("it stays within its count and its bytes, the oldest go first")
    func bounds() {
        var few = TransactionCache(seconds: 1e9, maximumCount: 3, maximumBytes: 1 << 20)
        var small = TransactionCache(seconds: 1e9, maximumCount: 1 << 20, maximumBytes: 4000)
        for index in 0..<5000 {
            few.keep(Self.answer, size: 100, for: "\(index)", request: "a", at: Double(index))
            small.keep(Self.answer, size: 700, for: "\(index)", request: "a", at: Double(index))
        }
        #expect(few.count == 3 && small.count == 4)
        #expect(few.look(up: "4996", request: "a", at: 5000) == .new)
        #expect(few.look(up: "4997", request: "a", at: 5000) == .answered(Self.answer))
    }
}
