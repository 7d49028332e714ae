import Configuration
import Logging
import Synchronization

@testable import GaitNode

/// Configuration from memory.
enum TestConfiguration {
    /// What every configuration has to have.
    static let required = [
        "deployment.purpose": "tests of gaitd", "deployment.notice": "nobody real is seen",
    ]

    /// A reader of the given values, and of what every configuration has to have.
    static func reader(_ values: [String: String] = [:]) -> ConfigReader { reader(strings(values)) }

    /// As above, of any types.
    static func reader(_ values: [String: ConfigValue]) -> ConfigReader {
        ConfigReader(provider: provider(of: strings(required).merging(values) { $1 }))
    }

    /// What a file says, and what every configuration has to have.
    static func node(file path: String) async throws(GaitNodeError) -> NodeConfiguration {
        let file = try ConfigurationFile(path: path)
        let reader = ConfigReader(providers: [try await file.provider(), provider(of: strings(required))])
        return try NodeConfiguration(reader: reader, folder: file.folder)
    }

    private static func strings(_ values: [String: String]) -> [String: ConfigValue] {
        values.mapValues { ConfigValue(.string($0), isSecret: false) }
    }

    private static func provider(of values: [String: ConfigValue]) -> InMemoryProvider {
        let pairs = values.map { key, value in
            (AbsoluteConfigKey(key.split(separator: ".").map(String.init)), value)
        }
        return InMemoryProvider(values: Dictionary(uniqueKeysWithValues: pairs))
    }
}

/// A logger whose lines a test can read.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    private let onLine: @Sendable (String) -> Void

    /// - Parameter onLine: is told of each line, on the thread that writes it.
    init(_ onLine: @escaping @Sendable (String) -> Void = { _ in }) { self.onLine = onLine }

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    func add(_ line: String) {
        lines.withLock { $0.append(line) }
        onLine(line)
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.add(event.message.description) }
    }
}
