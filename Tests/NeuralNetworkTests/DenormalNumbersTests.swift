import Foundation
import NeuralNetwork
import Testing

@Suite("Denormal numbers")
struct DenormalNumbersTests {
    /// Half the smallest normal number, computed at run time.
    @inline(never)
    private static func half(_ number: Float) -> Float { number / 2 }

    /// Twice a number, computed at run time.
    @inline(never)
    private static func double(_ number: Float) -> Float { number * 2 }

    private static let smallest = Float.leastNormalMagnitude
    /// Whether this processor has the mode.
    private static let canFlush: Bool = {
        #if arch(x86_64) || arch(arm64)
            true
        #else
            false
        #endif
    }()

    @Test("are zero inside, as results and as operands, and numbers again afterwards", .enabled(if: canFlush))
    func flushed() {
        let denormal = Self.half(Self.smallest)
        #expect(denormal > 0)
        DenormalNumbers.flushed {
            let result = Self.half(Self.smallest)
            let operand = Self.double(denormal)
            // Compared as bits: inside, a denormal number equals zero.
            #expect(result.bitPattern == 0 && operand.bitPattern == 0)
            // An inner scope does not end the outer one.
            DenormalNumbers.flushed {}
            let again = Self.double(denormal)
            #expect(again.bitPattern == 0)
        }
        #expect(Self.half(Self.smallest) == denormal && Self.double(denormal) == Self.smallest)
    }

    @Test("are numbers again after an error, and stay so on other threads", .enabled(if: canFlush))
    func scope() {
        struct Failure: Error {}
        #expect(throws: Failure.self) { try DenormalNumbers.flushed { throw Failure() } }
        #expect(Self.half(Self.smallest) > 0)
        let (begun, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let other = Thread {
            begun.wait()
            #expect(Self.half(Self.smallest) > 0)
            ended.signal()
        }
        other.start()
        DenormalNumbers.flushed {
            begun.signal()
            ended.wait()
        }
    }

    @Test("values below 1e-30 of a tensor become zero, others stay")
    func tinyValues() {
        let values: [Float] = [1e-31, -1e-31, .leastNonzeroMagnitude, 1e-30, -1e-29, 0, 1]
        let entry = SafeTensors.Entry(name: "w", shape: [7], values: values).withoutTinyValues
        #expect(entry.name == "w" && entry.shape == [7])
        #expect(entry.values == [0, 0, 0, 1e-30, -1e-29, 0, 1])
    }
}
