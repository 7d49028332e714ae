import Synchronization
import Testing

@testable import gaitctl

/// What a reporter wrote, and the clock it reads.
private final class Screen: Sendable {
    private let state = Mutex((text: "", time: 0.0))

    func reporter(isTerminal: Bool) -> ProgressReporter {
        ProgressReporter(
            isTerminal: isTerminal, interval: 5, now: { self.state.withLock { $0.time } },
            write: { text in self.state.withLock { $0.text += text } })
    }

    func advance(by seconds: Double) { state.withLock { $0.time += seconds } }

    var text: String { state.withLock { $0.text } }
}

struct ProgressReporterTests {
    @Test("on a terminal one line is rewritten, and erased at the end")
    func terminal() {
        let screen = Screen()
        let reporter = screen.reporter(isTerminal: true)
        reporter.report("1 of 2")
        reporter.report("2 of 2")
        reporter.finish()
        reporter.finish()
        #expect(screen.text == "\r\u{1B}[K1 of 2\r\u{1B}[K2 of 2\r\u{1B}[K")
    }

    @Test("elsewhere a plain line is written now and then, and texts between are not even made")
    func plain() {
        let screen = Screen()
        let reporter = screen.reporter(isTerminal: false)
        var made = 0
        func text() -> String {
            made += 1
            return "\(made)"
        }
        for _ in 0..<12 {
            reporter.report(text())
            screen.advance(by: 1)
        }
        reporter.finish()
        #expect(screen.text == "1\n2\n3\n")
        #expect(made == 3)
    }

    @Test("a note stays, on a line of its own")
    func note() {
        let screen = Screen()
        let reporter = screen.reporter(isTerminal: true)
        reporter.report("half")
        reporter.note("saved")
        reporter.finish()
        #expect(screen.text == "\r\u{1B}[Khalf\r\u{1B}[Ksaved\n")
    }
}
