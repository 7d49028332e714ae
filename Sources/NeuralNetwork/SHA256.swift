import Foundation

/// SHA-256 (FIPS 180-4), for naming model files and training sets by their content.
///
/// Its own few lines, since the cryptography package would take longer to compile than the rest of the
/// program.
package struct SHA256: Sendable {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
        0x5be0_cd19,
    ]
    private var pending: [UInt8] = []
    private var length: UInt64 = 0

    package init() {}

    /// The digest of some bytes, 64 hexadecimal digits.
    package static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// Adds bytes.
    package mutating func update(_ bytes: some Sequence<UInt8>) {
        // A sequence in one piece is taken block by block: its iterator would cost more than the hash.
        let taken: Void? = bytes.withContiguousStorageIfAvailable { update($0) }
        if taken == nil { update(Array(bytes)) }
    }

    private mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
        length += UInt64(bytes.count) * 8
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(64 - pending.count)
            pending.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            guard pending.count == 64 else { return }
            compress()
            pending.removeAll(keepingCapacity: true)
        }
    }

    /// The digest, 64 hexadecimal digits; nothing can be added afterwards.
    package mutating func finish() -> String {
        let bits = length
        update([0x80])
        while pending.count != 56 { update([0]) }
        withUnsafeBytes(of: bits.bigEndian) { update(Array($0)) }
        return state.map { String(format: "%08x", $0) }.joined()
    }

    private mutating func compress() {
        var w = InlineArray<64, UInt32>(repeating: 0)
        for i in 0..<64 {
            if i < 16 {
                let (upper, lower) = (
                    UInt32(pending[4 * i]) << 24 | UInt32(pending[4 * i + 1]) << 16,
                    UInt32(pending[4 * i + 2]) << 8 | UInt32(pending[4 * i + 3])
                )
                w[i] = upper | lower
                continue
            }
            let s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3
            let s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10
            w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
        }
        var v = InlineArray<8, UInt32> { state[$0] }
        for i in 0..<64 {
            let s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)
            let choice = v[4] & v[5] ^ ~v[4] & v[6]
            let first = v[7] &+ s1 &+ choice &+ Self.roundConstants[i] &+ w[i]
            let s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)
            let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]
            v = [first &+ s0 &+ majority, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        for i in 0..<8 { state[i] &+= v[i] }
    }

    private func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, computed rather
    /// than listed.
    private static let roundConstants: [UInt32] = {
        var primes: [Int] = []
        var candidate = 2
        while primes.count < 64 {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes.map { prime in
            // floor(cbrt(prime) * 2^32) by bisection over whole numbers; its cube exceeds 64 bits.
            var low: UInt64 = 0
            var high: UInt64 = 7 << 32
            let target = UInt64(prime)
            while high - low > 1 {
                let middle = (low + high) / 2
                if cubeIsAtMost(middle, target) { low = middle } else { high = middle }
            }
            return UInt32(truncatingIfNeeded: low)
        }
    }()

    /// Whether (value / 2^32)^3 <= target, exactly.
    private static func cubeIsAtMost(_ value: UInt64, _ target: UInt64) -> Bool {
        let square = value.multipliedFullWidth(by: value)
        // value < 2^35, so its square has at most 70 bits and its cube 105: two words are enough.
        let low = square.low.multipliedFullWidth(by: value)
        let high = low.high &+ square.high &* value
        // compare (high, low.low) with target << 96
        let bound = target << 32
        return high < bound || high == bound && low.low == 0
    }
}
