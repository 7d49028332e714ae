import Foundation

/// A terminal without a screen: what a program draws can be read, and keys can be pressed.
final class PseudoTerminal {
    let controller: Int32
    /// The program's side.
    let device: Int32

    init?(columns: UInt16, rows: UInt16) {
        controller = posix_openpt(O_RDWR | O_NOCTTY)
        guard controller >= 0, grantpt(controller) == 0, unlockpt(controller) == 0,
            let name = ptsname(controller)
        else { return nil }
        device = open(name, O_RDWR | O_NOCTTY)
        guard device >= 0 else { return nil }
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        ioctl(controller, UInt(TIOCSWINSZ), &size)
        _ = fcntl(controller, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(controller)
        close(device)
    }

    func press(_ key: String) {
        let bytes = Array(key.utf8)
        _ = write(controller, bytes, bytes.count)
    }

    /// What has been drawn since the last reading.
    func read() -> String {
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Foundation.read(controller, &bytes, bytes.count)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += bytes[..<count]
        }
    }

    /// The settings of the program's side.
    var settings: termios {
        var settings = termios()
        tcgetattr(device, &settings)
        return settings
    }
}
