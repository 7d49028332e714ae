import Foundation
import TestSupport
import Testing

/// The built program, run as an operator runs it.
enum Tool {
    /// How a run ended.
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        /// The one JSON object that is all of the output.
        func object() throws -> [String: Any] {
            try #require(status == 0, "\(errors)")
            #expect(output.hasSuffix("\n") && output.count { $0 == "\n" } == 1, "\(output)")
            return try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }

        /// Expects that the run ended with a status and a single line that says why, on stderr after any progress.
        func expectFailure(
            _ status: Int32, saying words: String..., sourceLocation: SourceLocation = #_sourceLocation
        ) { expectFailure(status, saying: words, sourceLocation: sourceLocation) }

        func expectFailure(
            _ status: Int32, saying words: [String], sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let lines = errors.split(separator: "\n").filter { $0.hasPrefix("gaitctl: ") }
            #expect(
                self.status == status && output.isEmpty && lines.count == 1
                    && errors.hasSuffix("\(lines[0])\n") && words.allSatisfy(lines[0].contains),
                "\(self)", sourceLocation: sourceLocation)
        }
    }

    /// Few at a time, and awaited without holding a thread: other tests feed nodes in real time meanwhile.
    private static let turns = Turns(count: 2)

    /// Runs a command that is a client of a broker.
    static func run(_ words: CommandWords..., at broker: TestBroker) async throws -> Result {
        try await run(words.flatMap(\.all) + broker.options)
    }

    /// Starts a command that is a client of a broker.
    static func start(_ words: CommandWords..., at broker: TestBroker) throws -> ProgramRun {
        try ProgramRun(ProgramRun.built("gaitctl"), words.flatMap(\.all) + broker.options)
    }

    /// As below, of a command line in words.
    static func run(
        _ words: CommandWords..., environment: [String: String] = [:], within seconds: Double = 120
    ) async throws -> Result {
        try await run(words.flatMap(\.all), environment: environment, within: seconds)
    }

    /// Runs `gaitctl` from beside the tests' own program to its end.
    ///
    /// - Parameters:
    ///   - environment: added to this process's own.
    ///   - seconds: the longest that it may take.
    ///   - isInterrupted: whether Ctrl-C is pressed at the first words on stderr, by which it is at work.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], within seconds: Double = 120,
        isInterrupted: Bool = false
    ) async throws -> Result {
        try await turns.take {
            let run = try ProgramRun(ProgramRun.built("gaitctl"), arguments, environment: environment)
            let deadline = ContinuousClock.now + .seconds(seconds)
            var isWaiting = isInterrupted
            while run.process.isRunning {
                try #require(ContinuousClock.now < deadline, "gaitctl does not end")
                if isWaiting, !run.errors.isEmpty {
                    run.process.send(SIGINT)
                    isWaiting = false
                }
                try await Task.sleep(for: .milliseconds(5))
            }
            return Result(status: run.process.wait(), output: run.output, errors: run.errors)
        }
    }
}

/// Part of a command line: the text is split at its spaces, and what is interpolated belongs to one word.
struct CommandWords: ExpressibleByStringInterpolation {
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) { text += literal.replacing(" ", with: "\0") }

        mutating func appendInterpolation(_ value: some CustomStringConvertible) { text += "\(value)" }
    }

    let all: [String]

    init(stringLiteral text: String) { all = text.split(separator: " ").map(String.init) }

    init(stringInterpolation: StringInterpolation) {
        all = stringInterpolation.text.split(separator: "\0").map(String.init)
    }
}

/// The objects of a text that has one in each line.
func objects(in text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
        try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
}

extension TestBroker {
    /// The options that name it.
    var options: [String] { ["--host", "127.0.0.1", "--port", "\(port)"] }
}

/// Lets a few of those who want their turn work at a time.
private actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { free = count }

    nonisolated func take<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        await begin()
        do {
            let value = try await work()
            await end()
            return value
        } catch {
            await end()
            throw error
        }
    }

    private func begin() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func end() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
