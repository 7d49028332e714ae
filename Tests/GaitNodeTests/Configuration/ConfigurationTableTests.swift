import Configuration
import Foundation
import TestSupport
import Testing

@testable import GaitNode

struct ConfigurationTableTests {
    @Test("no key is listed twice, and each has a meaning")
    func rows() {
        let names = ConfigurationTable.rows.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(ConfigurationTable.rows.allSatisfy { !$0.meaning.isEmpty && !$0.allowed.isEmpty })
    }

    @Test("an environment variable is named after its key")
    func environmentVariables() {
        let row = ConfigurationTable.rows.first { $0.name == "mqtt.password_file" }
        #expect(row?.environmentVariable == "GAITD_MQTT_PASSWORD_FILE")
        let environment = ["GAITD_MQTT_HOST": "a", "GAITD_MQTT_HOTS": "b", "PATH": "c"]
        #expect(ConfigurationTable.unknownVariables(in: environment) == ["GAITD_MQTT_HOTS"])
    }

    @Test("every default is itself allowed")
    func defaults() throws {
        var values: [String: String] = [:]
        for row in ConfigurationTable.rows where !row.defaultText.isEmpty && row.type != "list of names" {
            values[row.name] = row.defaultText
        }
        #expect(throws: Never.self) { try NodeConfiguration(reader: TestConfiguration.reader(values)) }
    }

    @Test("gaitd.yaml shows every key with its default")
    func installedFile() async throws {
        let file = try ConfigurationFile(path: PackageFolder.path("config/gaitd.yaml"))
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        let shown = Self.keys(inExample: text)
        #expect(shown.map(\.name) == ConfigurationTable.rows.map(\.name))
        for (key, value) in shown {
            let row = try #require(ConfigurationTable.rows.first { $0.name == key })
            #expect(row.defaultText.isEmpty || value == row.defaultText, "\(key)")
        }
    }

    @Test("every key has a place of its own, found by its name, and secrets are not published")
    func places() throws {
        let rows = ConfigurationTable.rows
        for row in rows { #expect(ConfigurationTable.name(row.path) == row.name) }
        let published = try NodeConfiguration(reader: TestConfiguration.reader()).published
        #expect(Set(published.keys) == Set(rows.filter { !$0.isSecret }.map(\.name)))
    }

    @Test("gaitd.yaml leaves out what only an operator can write")
    func statements() async throws {
        let file = try ConfigurationFile(path: PackageFolder.path("config/gaitd.yaml"))
        let reader = ConfigReader(provider: try await file.provider())
        let error = #expect(throws: GaitNodeError.self) { try NodeConfiguration(reader: reader) }
        let isPurpose = if case .missingKey("deployment.purpose", _)? = error { true } else { false }
        #expect(isPurpose, "\(String(describing: error))")
    }

    @Test("demo.yaml is a valid configuration")
    func demoFile() async throws {
        let file = try ConfigurationFile(path: PackageFolder.path("config/demo.yaml"))
        let reader = ConfigReader(provider: try await file.provider())
        #expect(throws: Never.self) { try NodeConfiguration(reader: reader, folder: file.folder) }
    }

    @Test("the documentation's table lists these keys, types, defaults and meanings")
    func documented() throws {
        let table = try documentedTable()
        #expect(table.map { $0[0] } == ConfigurationTable.rows.map { "`\($0.name)`" })
        for (cells, row) in zip(table, ConfigurationTable.rows) {
            #expect(cells[1] == row.type && cells[3] == row.meaning, "\(row.name)")
            #expect(cells[2] == (row.defaultText.isEmpty ? "" : "`\(row.defaultText)`"), "\(row.name)")
        }
    }

    /// The keys of the example file in order; an optional key stands in a comment as `# key: value`.
    private static func keys(inExample text: String) -> [(name: String, value: String)] {
        var (section, part) = ("", "")
        var keys: [(name: String, value: String)] = []
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: #/([a-z_]+):/#) {
                (section, part) = (String(match.1), "")
            } else if let match = line.wholeMatch(of: #/  (?:# )?([a-z_]+):(?: +#.*)?/#) {
                part = String(match.1) + "."
            } else if let match = line.wholeMatch(of: #/  (?:# )?(  )?(?:# )?([a-z_]+): (\S.*?)(?: +#.*)?/#) {
                if match.1 == nil { part = "" }
                keys.append(("\(section).\(part)\(match.2)", String(match.3).replacing("\"", with: "")))
            }
        }
        return keys
    }
}

/// The cells of the table of keys.
private func documentedTable() throws -> [[String]] {
    let path = PackageFolder.path("Sources/GaitNode/GaitNode.docc/Configuration.md")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
        line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
