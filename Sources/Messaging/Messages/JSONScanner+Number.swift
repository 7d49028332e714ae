import Glibc

extension JSONScanner {
    /// Takes a number by the JSON grammar: the nearest Double for up to 15 digits and powers of ten up to 22,
    /// within 4 units in the last place beyond. Infinite where it is too large for a Double.
    mutating func number(_ bytes: Span<UInt8>) throws(SkeletonRejection) -> Double {
        var next = peek(bytes)
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { next = step(bytes) }
        var significand = Significand()
        if next == UInt8(ascii: "0") {
            next = step(bytes)
        } else {
            guard Self.isDigit(next) else { throw malformed() }
            while Self.isDigit(next) {
                significand.append(next, isFraction: false)
                next = step(bytes)
            }
        }
        if next == UInt8(ascii: ".") {
            next = step(bytes)
            guard Self.isDigit(next) else { throw malformed() }
            while Self.isDigit(next) {
                significand.append(next, isFraction: true)
                next = step(bytes)
            }
        }
        var exponent = significand.exponent
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            exponent += try self.exponent(bytes)
        }
        let magnitude = Self.scaled(significand.digits, byTenTo: exponent)
        return isNegative ? -magnitude : magnitude
    }

    /// Takes `e`, a sign and digits; saturates where the exponent is beyond any Double.
    private mutating func exponent(_ bytes: Span<UInt8>) throws(SkeletonRejection) -> Int {
        var next = step(bytes)
        let isNegative = next == UInt8(ascii: "-")
        if isNegative || next == UInt8(ascii: "+") { next = step(bytes) }
        guard Self.isDigit(next) else { throw malformed() }
        var exponent = 0
        while Self.isDigit(next) {
            exponent = min(exponent * 10 + Int(next - UInt8(ascii: "0")), 1 << 40)
            next = step(bytes)
        }
        return isNegative ? -exponent : exponent
    }

    /// Moves on by one byte and returns the one there, 0 at the end.
    private mutating func step(_ bytes: Span<UInt8>) -> UInt8 {
        position += 1
        return position < bytes.count ? bytes[position] : 0
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    /// The leading digits of a number: 19 fit 64 bits, the others are below a Double's resolution.
    private struct Significand {
        var digits: UInt64 = 0
        /// The power of ten that `digits` is to be multiplied by.
        var exponent = 0
        private var count = 0

        mutating func append(_ digit: UInt8, isFraction: Bool) {
            if count < 19 {
                digits = digits &* 10 &+ UInt64(digit &- UInt8(ascii: "0"))
                if digits != 0 { count += 1 }
                if isFraction { exponent -= 1 }
            } else if !isFraction {
                exponent += 1
            }
        }
    }

    /// The powers of ten that a Double holds exactly.
    private static let powersOfTen: [Double] = (0...22).map { pow(10, Double($0)) }

    private static func scaled(_ digits: UInt64, byTenTo exponent: Int) -> Double {
        let value = Double(digits)
        switch exponent {
        case 0: return value
        case 1...22: return value * powersOfTen[exponent]
        case -22..<0: return value / powersOfTen[-exponent]
        default:
            guard digits != 0, exponent > -400 else { return 0 }
            guard exponent < 400 else { return .infinity }
            // In two steps, since the power itself may be too large or too small where the product is not.
            return value * pow(10, Double(exponent / 2)) * pow(10, Double(exponent - exponent / 2))
        }
    }
}
