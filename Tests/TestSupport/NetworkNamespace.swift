import Foundation

/// A network of a test's own, joined with this machine by a cable that can be cut; needs root.
package final class NetworkNamespace {
    package enum Failure: Error { case command([String]) }

    private static let program = "/usr/sbin/ip"
    private let name = "gaitd-\(getpid())"
    private let cable = "gaitd\(getpid() % 100_000)"

    /// This machine's end of the cable.
    package let hostAddress = "10.213.77.1"

    /// Whether such a network can be made here.
    package static let isPermitted: Bool = {
        guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: program) else { return false }
        let name = "gaitd-try-\(getpid())"
        guard (try? ChildProcess(program, ["netns", "add", name]).wait()) == 0 else { return false }
        return (try? ChildProcess(program, ["netns", "del", name]).wait()) == 0
    }()

    package init() throws {
        try Self.ip("netns", "add", name)
        try Self.ip("link", "add", cable, "type", "veth", "peer", "name", "cable", "netns", name)
        try Self.ip("address", "add", "\(hostAddress)/30", "dev", cable)
        try Self.ip("link", "set", cable, "up")
        try Self.ip("-n", name, "address", "add", "10.213.77.2/30", "dev", "cable")
        try Self.ip("-n", name, "link", "set", "cable", "up")
        try Self.ip("-n", name, "link", "set", "lo", "up")
    }

    deinit {
        // The cable goes with it.
        try? Self.ip("netns", "del", name)
    }

    /// Nothing passes any more, and neither side notices.
    package func cut() throws { try Self.ip("link", "set", cable, "down") }

    package func mend() throws { try Self.ip("link", "set", cable, "up") }

    /// Runs a program in that network.
    package func run(_ path: String, _ arguments: [String]) throws -> ProgramRun {
        try ProgramRun(Self.program, ["netns", "exec", name, path] + arguments)
    }

    private static func ip(_ arguments: String...) throws {
        guard try ChildProcess(program, arguments).wait() == 0 else { throw Failure.command(arguments) }
    }
}
