import Foundation
import Testing

@testable import Messaging

@Suite("Wake signal")
struct WakeSignalTests {
    @Test("a raised signal stays raised until it is lowered, however often it was raised")
    func staysRaised() throws {
        let signal = try WakeSignal()
        #expect(!signal.wait(until: 0))
        signal.raise()
        signal.raise()
        #expect(signal.wait(until: nil))
        #expect(signal.wait(until: nil))
        signal.lower()
        #expect(!signal.wait(until: 0))
        signal.raise()
        #expect(signal.wait(until: 0))
    }

    @Test("the other descriptor wakes too, and is told apart")
    func alongside() throws {
        let (signal, other) = (try WakeSignal(), try WakeSignal())
        let events = Int16(POLLIN)
        var result = signal.wait(alongside: other.descriptor, events: events, until: 0)
        #expect(!result.raised && result.otherEvents == 0)
        other.raise()
        result = signal.wait(
            alongside: other.descriptor, events: events, until: Arrival.monotonicSeconds() + 10)
        #expect(!result.raised && result.otherEvents == events)
        signal.raise()
        result = signal.wait(
            alongside: other.descriptor, events: events, until: Arrival.monotonicSeconds() + 10)
        #expect(result.raised && result.otherEvents == events)
    }
}
