/// A fault of a model file, or of the shape of a network's input.
package enum NeuralNetworkError: Error, Equatable, CustomStringConvertible {
    /// One tensor whose shape is not the one that the model needs.
    package struct ShapeMismatch: Equatable, Sendable, CustomStringConvertible {
        package let name: String
        package let expected: [Int]
        package let found: [Int]

        package init(name: String, expected: [Int], found: [Int]) {
            (self.name, self.expected, self.found) = (name, expected, found)
        }

        package var description: String { "\(name) expected \(expected), found \(found)" }
    }

    /// The file could not be read or written.
    case file(path: String, reason: String)
    /// The file is not a safetensors file, or a damaged one.
    case malformed(path: String, reason: String)
    /// The tensors in the file are not those of the model.
    case mismatch(path: String, missing: [String], unused: [String], shapes: [ShapeMismatch])

    /// One line, whatever the names in the file are.
    package var description: String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private var text: String {
        switch self {
        case .file(let path, let reason):
            return "\(path): \(reason)"
        case .malformed(let path, let reason):
            return "\(path) is not a whole safetensors file: \(reason)"
        case .mismatch(let path, let missing, let unused, let shapes):
            var parts: [String] = []
            if !missing.isEmpty { parts.append("missing \(Self.list(missing))") }
            if !unused.isEmpty { parts.append("not used by the model \(Self.list(unused))") }
            if !shapes.isEmpty { parts.append("of another shape \(Self.list(shapes.map(\.description)))") }
            return "\(path) does not fit the model: " + parts.joined(separator: "; ")
        }
    }

    /// The first few of a long list, so that the message stays one readable line.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(6).joined(separator: ", ")
        return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
    }
}
