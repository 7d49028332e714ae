package import Configuration
import Foundation
import Yams

/// The YAML configuration file: read once with Yams to find keys that nothing reads, since the configuration
/// reader cannot list them, and then handed to the reader.
package struct ConfigurationFile: Sendable {
    /// The path as it was given.
    package let path: String
    /// The folder that relative paths in the file start at.
    package var folder: String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// Reads the file and checks its keys.
    ///
    /// - Throws: `GaitNodeError` when the file cannot be read, is not a YAML mapping, or holds an unknown
    ///   key.
    package init(path: String) throws(GaitNodeError) {
        self.path = path
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            let reason = FileManager.default.fileExists(atPath: path) ? "not readable UTF-8" : "no such file"
            throw .unreadableFile(path: path, reason: reason)
        }
        let root: Yams.Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            let reason = "\(error)".split(whereSeparator: \.isNewline).first.map(String.init)
            throw .malformedFile(path: path, reason: reason ?? "syntax error")
        }
        guard let mapping = root?.mapping else {
            throw .malformedFile(path: path, reason: "it is empty or a single value")
        }
        if let key = Self.unknownKey(in: mapping) {
            throw .unknownKey(path: path, key: key, nearest: Self.nearest(to: key))
        }
    }

    /// The provider that answers from this file.
    ///
    /// - Throws: `GaitNodeError` when the file was removed or changed for the worse meanwhile.
    package func provider() async throws(GaitNodeError) -> any ConfigProvider {
        do {
            // Through a reader, since the path type of the other initialiser is a transitive dependency's.
            let location = InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)])
            return try await FileProvider<YAMLSnapshot>(config: ConfigReader(provider: location))
        } catch {
            throw .malformedFile(path: path, reason: "\(error)")
        }
    }

    /// The dotted name of the first value that stands for no key. Only mappings that keys lie in are looked into, and of
    /// others the first value: aliases can make a short file one of a billion values.
    private static func unknownKey(in mapping: Yams.Node.Mapping, below prefix: String = "") -> String? {
        let known = ConfigurationTable.rows.map(\.name)
        for (key, value) in mapping {
            let name = prefix + (key.string ?? "?")
            if let inner = value.mapping, known.contains(where: { $0.hasPrefix(name + ".") }) {
                if let unknown = unknownKey(in: inner, below: name + ".") { return unknown }
            } else if value.mapping != nil || !known.contains(name) {
                return firstValue(of: value, name: name)
            }
        }
        return nil
    }

    private static func firstValue(of node: Yams.Node, name: String) -> String {
        guard let (key, value) = node.mapping?.first else { return name }
        return firstValue(of: value, name: name + "." + (key.string ?? "?"))
    }

    /// The known key with the smallest edit distance; of what is longer than any key, the beginning is compared.
    private static func nearest(to key: String) -> String {
        let (names, key) = (ConfigurationTable.rows.map(\.name), String(key.prefix(64)))
        return names.min { editDistance($0, key) < editDistance($1, key) } ?? ""
    }
}
