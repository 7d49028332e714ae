import Foundation

/// The terminal as a full screen. Its earlier content is restored at the end.
final class Terminal {
    /// How a line looks.
    enum Style: String {
        case plain = ""
        /// White on black, reversed.
        case title = "\u{1B}[7m"
        case heading = "\u{1B}[1m"
        case faint = "\u{1B}[2m"
        case bad = "\u{1B}[1;31m"
    }

    /// One line of the screen.
    struct Line: Equatable {
        let text: String
        let style: Style

        init(_ text: String, _ style: Style = .plain) { (self.text, self.style) = (text, style) }

        /// With the sequences that make its style, cut to a number of characters.
        func drawn(columns: Int) -> String {
            let cut = text.count > columns ? String(text.prefix(max(columns - 1, 0))) + "…" : text
            return style == .plain ? cut : "\(style.rawValue)\(cut)\u{1B}[0m"
        }
    }

    private let input: Int32
    private let output: Int32
    /// The input's settings before; nil if it is not a terminal and has no keys.
    private var before: termios?
    private var isOpen = true

    /// Takes over the terminal; nil if the output is not a terminal.
    init?(input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) {
        guard isatty(output) == 1 else { return nil }
        (self.input, self.output) = (input, output)
        var settings = termios()
        if isatty(input) == 1, tcgetattr(input, &settings) == 0 {
            before = settings
            // Keys come at once and are not shown; Ctrl-C still is a signal. Ctrl-Z would leave the shell on this
            // screen, so it is off.
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
            settings.c_cc.10 = 0
            settings.c_cc.6 = 0
            settings.c_cc.5 = 0
            tcsetattr(input, TCSANOW, &settings)
        }
        // Another screen, no cursor, no wrapping.
        send("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l")
    }

    deinit { restore() }

    /// Gives the terminal back as it was.
    func restore() {
        guard isOpen else { return }
        isOpen = false
        send("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        if var before { tcsetattr(input, TCSANOW, &before) }
    }

    /// Columns and rows at this moment.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// The next key that was pressed, without waiting.
    func key() -> Character? {
        guard before != nil else { return nil }
        var byte: UInt8 = 0
        return read(input, &byte, 1) == 1 ? Character(UnicodeScalar(byte)) : nil
    }

    /// Draws lines over the earlier ones and cuts off what does not fit.
    func draw(_ lines: [Line]) {
        let (columns, rows) = size
        let drawn = lines.prefix(rows).map { $0.drawn(columns: columns) + "\u{1B}[K" }
        send("\u{1B}[H" + drawn.joined(separator: "\r\n") + "\u{1B}[J")
    }

    private func send(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            bytes = bytes.dropFirst(max(count, 0))
        }
    }
}
