import Foundation

/// One line of a recording: a message and its arrival. `{"topic":…, "at":…, "payload":{…}}`, or `base64` instead of
/// `payload` if the payload is not a JSON object.
package struct RecordedMessage: Sendable, Equatable {
    /// Why a line contains no message.
    package enum Fault: String, Error, CaseIterable {
        /// Not a JSON object with `topic` and `at`.
        case malformedLine = "malformed_line"
        /// Neither an object as `payload`, nor base64.
        case noPayload = "no_payload"
    }

    package var topic: String
    /// Seconds since the recording's first line.
    package var at: Double
    /// As the broker delivered it; line ends may have become spaces.
    package var payload: [UInt8]

    package init(topic: String, at: Double, payload: [UInt8]) {
        (self.topic, self.at, self.payload) = (topic, at, payload)
    }

    /// The line with its end. A JSON payload is embedded byte for byte, so that no number is rounded.
    package func line() throws(MessagingError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let head: Data
        do { head = try encoder.encode(topic) } catch {
            throw .encoding(message: "RecordedMessage", reason: String(describing: error))
        }
        // Microseconds: networks are not more precise.
        let start = Array(#"{"topic":"#.utf8) + head + Array(#","at":\#((at * 1e6).rounded() / 1e6),"#.utf8)
        if payload.first(where: { !RecordedMessageReader.isSpace($0) }) == UInt8(ascii: "{") {
            // A line end in valid JSON can only be white space.
            let embedded = payload.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
            let line = start + Array(#""payload":"#.utf8) + embedded + Array("}\n".utf8)
            var reader = RecordedMessageReader()
            if let read = try? reader.read(line), read.topic == topic, read.payload == embedded.trimmed {
                return line
            }
        }
        let text = Data(payload).base64EncodedString()
        return start + Array(#""base64":"\#(text)"}"#.utf8) + [0x0A]
    }
}

/// Reads the lines of a recording, with storage that it reuses from line to line.
package struct RecordedMessageReader {
    private enum Name: String {
        case topic, at, payload, base64
    }

    private var scanner = JSONScanner()
    private var topic: String?
    private var at: Double?
    private var payload: [UInt8]?

    package init() {}

    /// Reads one line, with or without its end. Skips unknown fields.
    package mutating func read(_ line: [UInt8]) throws(RecordedMessage.Fault) -> RecordedMessage {
        (topic, at, payload) = (nil, nil, nil)
        do throws(SkeletonRejection) { try scan(line) } catch { throw .malformedLine }
        guard let topic, let at, at.isFinite, at >= 0 else { throw .malformedLine }
        guard let payload else { throw .noPayload }
        return RecordedMessage(topic: topic, at: at, payload: payload)
    }

    private mutating func scan(_ line: [UInt8]) throws(SkeletonRejection) {
        let bytes = line.span
        scanner.reset()
        try scanner.open(UInt8(ascii: "{"), bytes)
        while try scanner.nextName(bytes) {
            let name = scanner.shortText.flatMap(Name.init(rawValue:))
            let kind = scanner.peek(bytes)
            let start = scanner.position
            switch (name, kind) {
            case (.topic, UInt8(ascii: "\"")):
                try scanner.string(bytes)
                topic = try text(line[start..<scanner.position])
            case (.at, UInt8(ascii: "-")), (.at, UInt8(ascii: "0")...UInt8(ascii: "9")):
                let seconds = try scanner.number(bytes)
                // No recording lasts thirty years.
                if abs(seconds) <= 1e9 { at = seconds }
            case (.payload, UInt8(ascii: "{")):
                try scanner.skipValue(bytes)
                payload = Array(line[start..<scanner.position])
            case (.base64, UInt8(ascii: "\"")):
                try scanner.string(bytes)
                // A slash may have been escaped.
                let text = line[start..<scanner.position].dropFirst().dropLast()
                    .filter { $0 != UInt8(ascii: "\\") }
                payload = Data(base64Encoded: Data(text)).map(Array.init)
            default:
                try scanner.skipValue(bytes)
            }
        }
        try scanner.takeEnd(bytes)
    }

    /// Decodes a quoted string; the scanner itself keeps only the first bytes of a long one.
    private func text(_ quoted: ArraySlice<UInt8>) throws(SkeletonRejection) -> String {
        guard scanner.textIsCut else { return String(decoding: scanner.text, as: UTF8.self) }
        guard let text = try? JSONDecoder().decode(String.self, from: Data(quoted)) else {
            throw scanner.malformed()
        }
        return text
    }

    /// Whether this byte is JSON white space.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}

extension [UInt8] {
    /// Without white space at either end.
    fileprivate var trimmed: [UInt8] {
        guard let first = firstIndex(where: { !RecordedMessageReader.isSpace($0) }),
            let last = lastIndex(where: { !RecordedMessageReader.isSpace($0) })
        else { return [] }
        return Array(self[first...last])
    }
}

/// Finds and moves the stamp of a skeleton message in its payload, and leaves every other byte unchanged.
package struct SkeletonStamp {
    private var scanner = JSONScanner()

    package init() {}

    /// The stamp in seconds and the bytes of its number; nil if the payload is not JSON or has no such number.
    package mutating func find(in payload: [UInt8]) -> (seconds: Double, bytes: Range<Int>)? {
        do throws(SkeletonRejection) { return try scan(payload) } catch { return nil }
    }

    /// Adds seconds to the stamp. A payload without one stays unchanged.
    package mutating func move(_ payload: inout [UInt8], by seconds: Double) {
        guard let stamp = find(in: payload) else { return }
        // To the microsecond, which a Double holds until the year 2255.
        let moved = ((stamp.seconds + seconds) * 1e6).rounded() / 1e6
        payload.replaceSubrange(stamp.bytes, with: Array("\(moved)".utf8))
    }

    private mutating func scan(
        _ payload: [UInt8]
    ) throws(SkeletonRejection) -> (seconds: Double, bytes: Range<Int>)? {
        let bytes = payload.span
        scanner.reset()
        try scanner.open(UInt8(ascii: "{"), bytes)
        while try scanner.nextName(bytes) {
            let isStamp = scanner.shortText == SkeletonFields.Name.stamp.rawValue
            let kind = scanner.peek(bytes)
            let start = scanner.position
            if isStamp, kind == UInt8(ascii: "-") || (0x30...0x39).contains(kind) {
                let seconds = try scanner.number(bytes)
                return (seconds, start..<scanner.position)
            }
            try scanner.skipValue(bytes)
        }
        return nil
    }
}
