/// Lays out any `Encodable` report for people, under the keys that `--json` uses.
///
/// ```swift
/// struct Report: Encodable {
///     let out: String                    // out=model.safetensors gaits=120 loss=0.1234
///     let gaits: Int
///     let loss: Float
///     let leftOut: [String: Int]         // left_out: late=1 missing_id=3
///     let folds: [Fold]                  // folds:
/// }                                      //   fold  accuracy
///                                        //   1     0.8125
/// try output.emit(report)
/// progress.note("load: \(ReportText.line(report))")
/// ```
///
/// Fields stand in the order in which they are encoded (that of `CodingKeys`, or of the properties), so the most
/// important ones come first; names in dictionaries are sorted.
/// - Values stand in lines of `key=value`; a text with spaces has a line of its own.
/// - An object within stands under its key, indented, or in the key's line if it fits.
/// - A list of objects is a table with a column for each key, a list of lists a table without names. Objects that hold
///   objects or lists of them follow one another with an empty line between.
/// - Nil is left out where `--json` leaves it out, and is `-` otherwise.
enum ReportText {
    /// The report as lines.
    static func lines(_ report: some Encodable) -> String {
        ReportNode(report).lines(indented: 0).joined(separator: "\n")
    }

    /// The report as a single line; of lists of objects it has the counts.
    static func line(_ report: some Encodable) -> String { ReportNode(report).words.joined(separator: " ") }
}

extension ReportNode {
    /// Characters from which a line is continued in the next one.
    private static let width = 110

    /// The value in a word; nil if it needs more.
    private var word: String? {
        if kind == .scalar { return text }
        if children.isEmpty { return "-" }
        guard kind == .list, children.allSatisfy({ $0.node.kind == .scalar }) else { return nil }
        return children.map(\.node.text).joined(separator: ",")
    }

    /// Whether its parts are words, such as counts by name.
    private var isFlat: Bool { children.allSatisfy { $0.node.word != nil } }

    /// The value in a cell of a table; nil if it does not fit.
    private var cell: String? { word ?? (kind == .fields && isFlat ? words.joined(separator: " ") : nil) }

    /// The fields as `key=value`.
    fileprivate var words: [String] {
        if let word { return [word] }
        if kind == .list { return ["\(children.count)"] }
        return children.map { name, node in
            node.kind == .fields && node.word == nil
                ? "\(name)(\(node.words.joined(separator: " ")))" : "\(name)=\(node.words[0])"
        }
    }

    fileprivate func lines(indented indentation: Int) -> [String] {
        let margin = String(repeating: " ", count: indentation)
        if let word { return [margin + word] }
        if kind == .list { return table(margin) ?? paragraphs(indentation) }
        var (lines, words): ([String], [String]) = ([], [])
        for (name, node) in children {
            if let word = node.word, !word.contains(" "), node.kind == .scalar || word.count <= Self.width {
                words.append("\(name)=\(word)")
                continue
            }
            lines += Self.wrapped(words, margin)
            words = []
            let isWord = node.word != nil
            let within =
                isWord
                ? Self.wrapped(node.commaSeparated, margin + "  ") : node.lines(indented: indentation + 2)
            lines +=
                within.count == 1 && (isWord || node.kind == .fields && node.isFlat)
                ? ["\(margin)\(name): \(within[0].drop { $0 == " " })"] : ["\(margin)\(name):"] + within
        }
        return lines + Self.wrapped(words, margin)
    }

    /// The values of a list of words, each but the last with a comma; of a scalar its text.
    private var commaSeparated: [String] {
        guard kind == .list else { return [text] }
        return children.enumerated().map { $0 + 1 < children.count ? "\($1.node.text)," : $1.node.text }
    }

    /// Words in as few lines as the width allows.
    private static func wrapped(_ words: [String], _ margin: String) -> [String] {
        words.reduce(into: []) { lines, word in
            if let last = lines.last, last.count + word.count < width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(margin + word)
            }
        }
    }

    /// Objects, or lists, as rows; nil if a value does not fit into a cell.
    private func table(_ margin: String) -> [String]? {
        var names: [String] = []
        var rows: [[String: String]] = []
        for (_, item) in children {
            guard item.kind != .scalar else { return nil }
            var row: [String: String] = [:]
            for (index, child) in item.children.enumerated() {
                let name = item.kind == .list ? "\(index)" : child.name
                if !names.contains(name) { names.append(name) }
                guard let cell = child.node.cell else { return nil }
                row[name] = cell
            }
            rows.append(row)
        }
        let cells = rows.map { row in names.map { row[$0] ?? "-" } }
        return TextFormat.table(children[0].node.kind == .fields ? [names] + cells : cells).map {
            margin + $0
        }
    }

    private func paragraphs(_ indentation: Int) -> [String] {
        children.enumerated().flatMap { index, item in
            (index > 0 && item.node.kind != .scalar ? [""] : []) + item.node.lines(indented: indentation)
        }
    }
}

/// A value of a report while and after it is encoded. Unlike JSON's, its fields keep their order.
private final class ReportNode: Encoder, SingleValueEncodingContainer {
    enum Kind {
        case scalar, list, fields
    }

    private(set) var kind = Kind.fields
    /// Of a scalar.
    private(set) var text = ""
    private var isDictionary = false
    /// The fields with their names, or a list's values.
    private(set) var children: [(name: String, node: ReportNode)] = []
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init() {}

    init(_ value: some Encodable) {
        do { try encode(value) } catch { set("(\(error))") }
    }

    private func set(_ text: String) { (kind, self.text) = (.scalar, text) }

    /// A new part, under a property's name in snake case as in JSON, or a dictionary's key as it is.
    func append(_ name: String = "") -> ReportNode {
        let node = ReportNode()
        children.append((isDictionary ? name : name.snakeCase, node))
        return node
    }

    func encodeNil() { set("-") }

    func encode<T: Encodable>(_ value: T) throws {
        switch value {
        case let text as String: set(text)
        case let flag as Bool: set("\(flag)")
        case let number as any BinaryInteger: set("\(number)")
        case let number as Double: set(TextFormat.number(number))
        case let number as Float: set(TextFormat.number(Double(number)))
        default:
            isDictionary = value is any Unordered
            try value.encode(to: self)
            if isDictionary { children.sort { $0.name < $1.name } }
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        kind = .fields
        return KeyedEncodingContainer(Fields<Key>(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        kind = .list
        return List(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let node: ReportNode
        let codingPath: [any CodingKey] = []

        func encodeNil(forKey key: Key) { node.append(key.stringValue).encodeNil() }
        func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
            try node.append(key.stringValue).encode(value)
        }
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> { node.append(key.stringValue).container(keyedBy: type) }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            node.append(key.stringValue).unkeyedContainer()
        }
        func superEncoder() -> any Encoder { node }
        func superEncoder(forKey key: Key) -> any Encoder { node.append(key.stringValue) }
    }

    private struct List: UnkeyedEncodingContainer {
        let node: ReportNode
        let codingPath: [any CodingKey] = []
        var count: Int { node.children.count }

        func encodeNil() { node.append().encodeNil() }
        func encode<T: Encodable>(_ value: T) throws { try node.append().encode(value) }
        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            node.append().container(keyedBy: type)
        }
        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { node.append().unkeyedContainer() }
        func superEncoder() -> any Encoder { node.append() }
    }
}

extension String {
    /// A property's name as a key, such as `rss_mb` for `rssMb`.
    fileprivate var snakeCase: String {
        reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : "\($1)" }
    }
}

/// A value whose fields have no fixed order, and keep their names.
private protocol Unordered {}
extension Dictionary: Unordered {}
