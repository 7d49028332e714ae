/// Seeded damage to what a program reads: endless variants of some originals, the same ones for the same seed.
package struct Mutations<Generator: RandomNumberGenerator> {
    private let originals: [[UInt8]]
    private let tokens: [[UInt8]]
    private var generator: Generator

    /// - Parameters:
    ///   - originals: what is varied; at least one.
    ///   - tokens: texts that mean something to the reader, which are put in here and there beside ``numbers``.
    package init(_ originals: [[UInt8]], tokens: [String] = [], using generator: Generator) {
        self.originals = originals
        self.tokens = (tokens + Self.numbers).map { Array($0.utf8) }
        self.generator = generator
    }

    /// Numbers at the edges of what types and ranges hold.
    private static var numbers: [String] {
        [
            "0", "-0", "-1", "1e999", "-1e999", "1e-999", "0.1", "2147483648", "9223372036854775807",
            "9223372036854775808", "-9223372036854775809", "18446744073709551616", "4.9e-324", "NaN", "\u{0}",
            "\u{10FFFF}", String(repeating: "9", count: 400),
        ]
    }

    /// An original with one to four changes: a bit or a byte, a part cut out, repeated or put in from elsewhere, a token
    /// put in or in place of a number, the end cut off.
    package mutating func next() -> [UInt8] {
        var bytes = pick(originals)
        for _ in 0..<random(1...4) where !bytes.isEmpty { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = random(0...bytes.count - 1)
        let part = place..<min(place + random(1...24), bytes.count)
        switch random(0...9) {
        case 0: bytes[place] ^= 1 << UInt8(random(0...7))
        case 1: bytes[place] = UInt8(random(0...255))
        case 2: bytes.removeSubrange(part)
        case 3: bytes.insert(contentsOf: bytes[part], at: random(0...bytes.count))
        case 4: bytes.insert(contentsOf: pick(tokens), at: place)
        case 5: bytes.replaceSubrange(part, with: pick(tokens))
        case 6, 7: replaceNumber(in: &bytes, after: place)
        case 8:
            let other = pick(originals)
            guard !other.isEmpty else { return }
            let start = random(0...other.count - 1)
            bytes.replaceSubrange(part, with: other[start..<min(start + random(1...200), other.count)])
        default: if random(0...3) == 0 { bytes.removeSubrange(place...) }
        }
    }

    /// Puts a token where the next run of digits is, so that it is read as a value.
    private mutating func replaceNumber(in bytes: inout [UInt8], after place: Int) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = bytes[place...].firstIndex(where: digits.contains) else { return }
        let end = bytes[first...].firstIndex { !digits.contains($0) } ?? bytes.count
        bytes.replaceSubrange(first..<end, with: pick(tokens))
    }

    private mutating func random(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    private mutating func pick(_ choices: [[UInt8]]) -> [UInt8] { choices[random(0...choices.count - 1)] }
}

/// What JSON consists of, and what is only nearly JSON.
package enum JSONTokens {
    package static let all = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\ud83d\\ude00", "null", "true",
        "{}", "[]",
        "\"\"", "[[[[[[[[", String(repeating: "[", count: 300), String(repeating: "{\"a\":", count: 200),
        "//",
        "\u{FEFF}", "+1", ".5", "1.", "0x1F", "Infinity",
    ]
}
