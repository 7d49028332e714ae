import Foundation

/// A terminal without a screen: what a program draws can be read, and keys can be pressed.
final class PseudoTerminal {
    private let controller: Int32
    /// The program's side.
    let device: Int32
    /// The path of the program's side.
    let path: String

    init?(columns: UInt16, rows: UInt16) {
        // Linux's own way: the functions of POSIX are not there for Swift.
        let (unlock, number) = (UInt(0x4004_5431), UInt(0x8004_5430))
        controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (locked, index): (Int32, Int32) = (0, -1)
        guard controller >= 0, ioctl(controller, unlock, &locked) == 0, ioctl(controller, number, &index) == 0
        else { return nil }
        path = "/dev/pts/\(index)"
        device = open(path, O_RDWR | O_NOCTTY)
        guard device >= 0 else { return nil }
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
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
