import Configuration

/// Configuration from memory.
enum TestConfiguration {
    /// What every configuration has to have.
    static let required = [
        "deployment.purpose": "tests of gaitd", "deployment.notice": "nobody real is seen",
    ]

    /// A provider of what every configuration has to have.
    static var provider: InMemoryProvider { provider(of: strings(required)) }

    /// A reader of the given values, and of what every configuration has to have.
    static func reader(_ values: [String: String] = [:]) -> ConfigReader {
        reader(strings(values))
    }

    /// As above, of any types.
    static func reader(_ values: [String: ConfigValue]) -> ConfigReader {
        ConfigReader(provider: provider(of: strings(required).merging(values) { $1 }))
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
