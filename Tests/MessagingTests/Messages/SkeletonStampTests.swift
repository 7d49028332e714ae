import Testing

@testable import Messaging

@Suite("Skeleton stamp")
struct SkeletonStampTests {
    private func moved(_ payload: String, by seconds: Double) -> String {
        var stamps = SkeletonStamp()
        var bytes = Array(payload.utf8)
        stamps.move(&bytes, by: seconds)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("the stamp moves, and every other byte stays")
    func moves() {
        #expect(
            moved(#"{"layout": "step16", "stamp" : 1789.250, "bodies":[{"stamp":1.50}]}"#, by: 0.75)
                == #"{"layout": "step16", "stamp" : 1790.0, "bodies":[{"stamp":1.50}]}"#)
        #expect(moved(#"{"stamp":5e0}"#, by: -2.25) == #"{"stamp":2.75}"#)
    }

    @Test(
        "a payload without a stamp stays as it is",
        arguments: ["", "{}", "{", "[1]", #"{"stamp":null}"#, #"{"stamp":"5"}"#, #"{"a":{"stamp":5}}"#])
    func without(payload: String) {
        #expect(moved(payload, by: 1) == payload)
    }

    @Test("a stamp of today keeps its microseconds")
    func precision() {
        #expect(moved(#"{"stamp":1789000000.123456}"#, by: 1) == #"{"stamp":1789000001.123456}"#)
    }
}
