import Configuration
import Foundation
import Logging
import Messaging

/// One configuration key: its documentation, how its value is read and checked, and where the value goes.
package struct ConfigurationRow: Sendable {
    /// The dotted name, such as `mqtt.port`.
    package let name: String
    /// The type in an operator's words: text, name, whole number, number, path, list of names.
    package let type: String
    /// The default as it would be written in the file; empty if there is none.
    package let defaultText: String
    /// The allowed values, as an error lists them.
    package let allowed: String
    /// Whether the value stays out of log lines and published messages.
    package let isSecret: Bool
    /// Whether a new value applies while the node runs; the other keys need a restart.
    package let isReloadable: Bool
    /// What the key does, with its unit.
    package let meaning: String

    /// Where the value goes.
    let path: any PartialKeyPath<NodeConfiguration> & Sendable
    /// Reads, checks and stores the value, or the default if no provider has one. Relative paths start at the folder.
    let load:
        @Sendable (ConfigReader, _ folder: String, inout NodeConfiguration) throws(GaitNodeError) -> Void
    /// The value as `info` publishes it.
    let value: @Sendable (NodeConfiguration) -> JSONValue
    /// Copies the value from one configuration to another.
    let copy: @Sendable (_ from: NodeConfiguration, _ to: inout NodeConfiguration) -> Void

    /// Whether the value is a path.
    var isPath: Bool { type == "path" }

    /// The environment variable that overrides the key, such as `GAITD_MQTT_PORT`.
    package var environmentVariable: String {
        "GAITD_" + name.uppercased().replacing(".", with: "_")
    }
}

extension ConfigurationRow {
    /// A key with a default.
    init<Value: Sendable>(
        _ name: String, _ path: any WritableKeyPath<NodeConfiguration, Value> & Sendable,
        _ kind: ConfigurationKind<Value>, default initial: Value, reloadable: Bool = false, _ meaning: String
    ) {
        self.init(
            name, path, kind, type: kind.type, defaultText: kind.json(initial).writtenText, secret: false,
            reloadable: reloadable, meaning, json: kind.json
        ) { written, folder in
            guard let written else { return kind.resolve(initial, folder) }
            return kind.parse(written).map { kind.resolve($0, folder) }
        }
    }

    /// A key that may be absent; an empty text counts as absent. `absent` is what `info` publishes then.
    init<Value: Sendable>(
        _ name: String, _ path: any WritableKeyPath<NodeConfiguration, Value?> & Sendable,
        _ kind: ConfigurationKind<Value>, absent: JSONValue = .null, secret: Bool = false,
        reloadable: Bool = false, _ meaning: String
    ) {
        let json: @Sendable (Value?) -> JSONValue = { $0.map(kind.json) ?? absent }
        self.init(
            name, path, kind, type: kind.type, defaultText: "", secret: secret, reloadable: reloadable,
            meaning,
            json: json
        ) { written, folder -> Value?? in
            guard let written, written != [""] else { return .some(nil) }
            return kind.parse(written).map { Optional(kind.resolve($0, folder)) }
        }
    }

    /// A key that the operator must write. `advice` says what to write if it is missing.
    init(
        _ name: String, required path: any WritableKeyPath<NodeConfiguration, String> & Sendable,
        _ kind: ConfigurationKind<String>, reloadable: Bool, _ meaning: String, advice: String
    ) {
        self.init(
            name, path, kind, type: "\(kind.type), required", defaultText: "", secret: false,
            reloadable: reloadable, meaning, json: kind.json
        ) { written, _ throws(GaitNodeError) in
            let text = written?.first?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            guard !text.isEmpty else { throw .missingKey(key: name, advice: advice) }
            return kind.parse([text])
        }
    }

    /// - Parameter read: The checked value of what was written (nil: nothing was); nil if it is not allowed.
    private init<Value: Sendable, Single>(
        _ name: String, _ path: any WritableKeyPath<NodeConfiguration, Value> & Sendable,
        _ kind: ConfigurationKind<Single>, type: String, defaultText: String, secret: Bool, reloadable: Bool,
        _ meaning: String, json: @escaping @Sendable (Value) -> JSONValue,
        read: @escaping @Sendable (_ written: [String]?, _ folder: String) throws(GaitNodeError) -> Value?
    ) {
        (self.name, self.type, self.defaultText, self.allowed) = (name, type, defaultText, kind.allowed)
        (isSecret, isReloadable, self.meaning, self.path) = (secret, reloadable, meaning, path)
        load = { reader, folder, configuration throws(GaitNodeError) in
            let written = reader.written(ConfigKey(name), isList: kind.isList, isSecret: secret)
            guard let value = try read(written, folder) else {
                let text = (written ?? []).joined(separator: ", ")
                let shown = text.utf8.count > 200 ? "\(text.prefix(40))…" : text
                throw .invalidValue(key: name, value: secret ? "(not shown)" : shown, allowed: kind.allowed)
            }
            configuration[keyPath: path] = value
        }
        value = { json($0[keyPath: path]) }
        copy = { $1[keyPath: path] = $0[keyPath: path] }
    }
}

/// The common properties of keys of one kind.
struct ConfigurationKind<Value: Sendable>: Sendable {
    let type: String
    let allowed: String
    var isList = false
    /// The value of what was written: one text, or the elements of a list. Nil if it is not allowed.
    let parse: @Sendable ([String]) -> Value?
    let json: @Sendable (Value) -> JSONValue
    /// Completes a value by the folder that relative paths start at.
    var resolve: @Sendable (Value, _ folder: String) -> Value = { value, _ in value }
}

extension ConfigurationKind<Int> {
    static func wholeNumber(_ range: ClosedRange<Int>) -> Self {
        Self(
            type: "whole number", allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { Int($0[0]).flatMap { range.contains($0) ? $0 : nil } }, json: { .number(Double($0)) })
    }
}

extension ConfigurationKind<Double> {
    static func number(_ range: ClosedRange<Double>) -> Self {
        let (lowest, highest) = (JSONValue.number(range.lowerBound), JSONValue.number(range.upperBound))
        return Self(
            type: "number", allowed: "a number from \(lowest.writtenText) to \(highest.writtenText)",
            parse: { Double($0[0]).flatMap { range.contains($0) ? $0 : nil } }, json: { .number($0) })
    }
}

extension ConfigurationKind<Bool> {
    static var flag: Self {
        Self(
            type: "true or false", allowed: "true or false", parse: { Bool($0[0].lowercased()) },
            json: { .boolean($0) })
    }
}

extension ConfigurationKind where Value: RawRepresentable<String> & CaseIterable {
    /// One of a type's cases, by its raw value.
    static var choice: Self {
        Self(
            type: "text", allowed: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "),
            parse: { Value(rawValue: $0[0]) }, json: { .string($0.rawValue) })
    }
}

extension ConfigurationKind<String> {
    static func text(
        _ type: String = "text", allowed: String, isAllowed: @escaping @Sendable (String) -> Bool
    ) -> Self {
        Self(
            type: type, allowed: allowed, parse: { isAllowed($0[0]) ? $0[0] : nil }, json: { .string($0) })
    }

    static func text(upTo bytes: Int) -> Self {
        text(allowed: "a text of up to \(bytes) bytes") { $0.utf8.count <= bytes }
    }

    /// A robot's, node's or group's name.
    static var name: Self {
        text(
            "name", allowed: "a name of up to 64 letters, digits, _ . or -", isAllowed: Topics.isValidName)
    }

    static var topicPrefix: Self {
        text(
            "topic prefix", allowed: "names of up to 64 letters, digits, _ . or -, separated by slashes",
            isAllowed: Topics.isValidPrefix)
    }

    /// An absolute path, or one that starts at the configuration file's folder.
    static var path: Self {
        Self(
            type: "path", allowed: "a path", parse: { $0[0].isEmpty ? nil : $0[0] }, json: { .string($0) },
            resolve: { path, folder in
                path.hasPrefix("/") ? path : URL(fileURLWithPath: folder).appendingPathComponent(path).path
            })
    }
}

extension ConfigurationKind<[String]> {
    /// Names, or a single `+`. A single text counts as a list of one.
    static var robots: Self {
        Self(
            type: "list of names",
            allowed: "+ for every robot, or a list of names of up to 64 letters, digits, _ . or -",
            isList: true,
            parse: { $0 == ["+"] || !$0.isEmpty && $0.allSatisfy(Topics.isValidName) ? $0 : nil },
            json: { .array($0.map { .string($0) }) })
    }
}

extension JSONValue {
    /// The value as an operator would write it in the file.
    fileprivate var writtenText: String {
        switch self {
        case .string(let text): text
        case .number(let number):
            number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
        case .boolean(let flag): "\(flag)"
        case .array(let elements): "[" + elements.map(\.writtenText).joined(separator: ", ") + "]"
        case .null, .object: ""
        }
    }
}

extension ConfigReader {
    /// The text of a key's value, whatever type the provider holds; nil if there is none.
    ///
    /// Everything is read as text and converted by the row, because the reader turns a value of the wrong type into
    /// "absent", and an operator's `port: abc` would silently become the default.
    fileprivate func written(_ key: ConfigKey, isList: Bool, isSecret: Bool) -> [String]? {
        if isList, let list = stringArray(forKey: key) { return list }
        if let text = string(forKey: key, isSecret: isSecret) { return [text] }
        if isList { return nil }
        if let number = int(forKey: key) { return ["\(number)"] }
        if let number = double(forKey: key) { return ["\(number)"] }
        if let flag = bool(forKey: key) { return ["\(flag)"] }
        return stringArray(forKey: key).map { ["[" + $0.joined(separator: ", ") + "]"] }
    }
}
