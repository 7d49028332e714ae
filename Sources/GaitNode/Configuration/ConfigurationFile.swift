package import Configuration
import Foundation
import NeuralNetwork
import Yams

/// The YAML configuration file: read once with Yams to find unknown keys, which the configuration reader cannot
/// list, and then handed to the reader.
package struct ConfigurationFile: Sendable {
    /// The path as it was given.
    package let path: String
    /// The folder that relative paths in the file start at.
    package var folder: String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// Reads the file and checks its keys.
    ///
    /// - Throws: `GaitNodeError` if the file cannot be read, is not a YAML mapping, or holds an unknown key.
    package init(path: String) throws(GaitNodeError) {
        self.path = path
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .unreadableFile(path: path, reason: FileFault.reason(path) ?? "not UTF-8")
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
    /// - Throws: `GaitNodeError` if the file has been removed or damaged since.
    package func provider() async throws(GaitNodeError) -> any ConfigProvider {
        do {
            // Through a reader, since the path type of the other initializer is a transitive dependency's.
            let location = InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)])
            return try await FileProvider<YAMLSnapshot>(config: ConfigReader(provider: location))
        } catch {
            throw .malformedFile(path: path, reason: explanation(of: error))
        }
    }

    /// The dotted name of the first value that belongs to no key. Only mappings that contain keys are searched, and in
    /// others only the first value: aliases can make a short file one of a billion values.
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

    /// The known key with the smallest edit distance. Only as much of the given one is compared as a key can have.
    private static func nearest(to key: String) -> String {
        let (names, key) = (ConfigurationTable.rows.map(\.name), String(key.prefix(64)))
        return names.min { editDistance($0, key) < editDistance($1, key) } ?? ""
    }
}

/// The number of characters to insert, delete, replace or swap with a neighbor to turn one text into the other
/// (optimal string alignment).
package func editDistance(_ first: String, _ second: String) -> Int {
    let a = Array(first)
    let b = Array(second)
    var beforePrevious = [Int]()
    var previous = Array(0...b.count)
    for i in a.indices {
        var current = [i + 1]
        for j in b.indices {
            var distance = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                distance = min(distance, beforePrevious[j - 1] + 1)
            }
            current.append(distance)
        }
        beforePrevious = previous
        previous = current
    }
    return previous[b.count]
}
