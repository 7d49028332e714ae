import Foundation
package import Testing

/// Bounds for a process of an exit test that reads damaged input: it ends where a case does not, and where memory is
/// asked for that no input deserves.
package enum FuzzedProcess {
    /// Whether the tests that take longer run.
    package static let isLong = ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] != nil
    /// How many cases are tried of each kind of input.
    package static let cases = isLong ? 100_000 : 10_000
    /// By how much the process may grow, bytes: a multiple of the largest case, and what the allocator keeps.
    package static let mostGrowth = 64 << 20

    /// Lets the kernel end this process after ten minutes, and refuse it more than a gigabyte.
    package static func limit() {
        alarm(isLong ? 6000 : 600)
        let held = pages().map { $0.virtual * Int(getpagesize()) } ?? 0
        var space = rlimit(rlim_cur: rlim_t(held + 1 << 30), rlim_max: rlim_t(held + 1 << 30))
        setrlimit(__rlimit_resource_t(UInt32(RLIMIT_AS.rawValue)), &space)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &none)
    }

    /// Reads cases within the limits, and expects that they leave no memory behind, and how many are accepted.
    ///
    /// - Parameters:
    ///   - cases: how many; the process may grow in the first tenth of them.
    ///   - shares: more than the first share of the cases is accepted, and less than the second.
    ///   - read: reads a case; whether it was accepted.
    package static func expectBounded(
        cases: Int = cases, accepted shares: (Double, Double),
        sourceLocation: SourceLocation = #_sourceLocation, _ read: (_ number: Int) throws -> Bool
    ) rethrows {
        limit()
        var (accepted, held) = (0, 0)
        for number in 0..<cases {
            if number == cases / 10 { held = residentBytes() }
            if try read(number) { accepted += 1 }
        }
        #expect(residentBytes() - held < mostGrowth, sourceLocation: sourceLocation)
        let share = Double(accepted) / Double(cases)
        #expect(
            share > shares.0 && share < shares.1, "\(accepted) of \(cases)", sourceLocation: sourceLocation)
    }

    /// The bytes that this process holds in memory.
    package static func residentBytes() -> Int { pages().map { $0.resident * Int(getpagesize()) } ?? 0 }

    private static func pages() -> (virtual: Int, resident: Int)? {
        let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let numbers = text?.split(separator: " ").prefix(2).compactMap { Int($0) } ?? []
        return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }
}
