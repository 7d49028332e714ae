import Gait
import Testing

@testable import GaitNode

@Suite("What a training child writes")
struct OutputLinesTests {
    @Test("lines come whole from single bytes; empty ones are passed over")
    func pieces() {
        var lines = OutputLines()
        var found: [String] = []
        for byte in Array("one\n\ntwo\nthr".utf8) {
            lines.append([byte]) { found.append(String(decoding: $0, as: UTF8.self)) }
        }
        lines.append(Array("ee\n".utf8)) { found.append(String(decoding: $0, as: UTF8.self)) }
        #expect(found == ["one", "two", "three"])
    }

    @Test("a line that is too long is passed over and counted, and the next is read")
    func tooLong() {
        var lines = OutputLines()
        var found: [Int] = []
        let long = [UInt8](repeating: 65, count: OutputLines.maximumBytes)
        lines.append(long + [10] + long + [65, 10, 66, 10]) { found.append($0.count) }
        #expect(found == [OutputLines.maximumBytes, 1] && lines.tooLong == 1)
    }
}
