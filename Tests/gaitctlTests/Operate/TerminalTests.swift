import Foundation
import TestSupport
import Testing

@testable import gaitctl

struct TerminalTests {
    @Test("it is taken over and given back as it was")
    func restores() throws {
        let pseudo = try #require(PseudoTerminal(columns: 50, rows: 7))
        let before = pseudo.settings.c_lflag
        let terminal = try #require(Terminal(input: pseudo.device, output: pseudo.device))
        #expect(terminal.size == (50, 7))
        #expect(pseudo.settings.c_lflag & tcflag_t(ICANON | ECHO) == 0)
        #expect(pseudo.settings.c_lflag & tcflag_t(ISIG) != 0)
        #expect(terminal.key() == nil)
        pseudo.press("q")
        var key: Character?
        #expect(
            Pause.until(within: 10) {
                key = terminal.key()
                return key != nil
            })
        #expect(key == "q")
        terminal.draw((0..<9).map { Terminal.Line("line \($0)") })
        terminal.restore()
        #expect(pseudo.settings.c_lflag == before)
        let text = pseudo.read()
        #expect(text.hasPrefix("\u{1B}[?1049h") && text.hasSuffix("\u{1B}[?1049l"))
        #expect(text.contains("line 6") && !text.contains("line 7"))
    }

    @Test("what is no terminal is left alone")
    func none() throws {
        let null = open("/dev/null", O_RDWR)
        defer { close(null) }
        #expect(Terminal(input: null, output: null) == nil)
    }
}
