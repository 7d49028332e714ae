import Configuration
import Foundation

/// What the documentation says about one configuration key, and what the checks compare with.
package struct ConfigurationRow: Sendable, Equatable {
    /// The dotted name, such as `mqtt.port`.
    package let name: String
    /// The type in an operator's words: text, name, whole number, number, path, list of names.
    package let type: String
    /// The default as it would be written in the file; empty where there is none.
    package let defaultText: String
    /// What is allowed, as it is printed in an error.
    package let allowed: String
    /// Whether the value stays out of logs and of what is published.
    package let isSecret: Bool
    /// What the key does, with its unit.
    package let meaning: String

    /// The environment variable that overrides the key, such as `GAITD_MQTT_PORT`.
    package var environmentVariable: String {
        "GAITD_" + name.uppercased().replacing(".", with: "_")
    }
}

/// One configuration key: its documentation, and how its value is read and checked.
package struct ConfigurationKey<Value: Sendable>: Sendable {
    package let row: ConfigurationRow
    private let defaultValue: Value
    private let read: @Sendable (ConfigReader, ConfigurationRow) throws(GaitNodeError) -> Value?

    init(
        row: ConfigurationRow, defaultValue: Value,
        read: @escaping @Sendable (ConfigReader, ConfigurationRow) throws(GaitNodeError) -> Value?
    ) {
        self.row = row
        self.defaultValue = defaultValue
        self.read = read
    }

    /// The configured value, or the default where no provider has one.
    ///
    /// - Throws: `GaitNodeError.invalidValue` naming key, value and what is allowed.
    func value(from reader: ConfigReader) throws(GaitNodeError) -> Value {
        try read(reader, row) ?? defaultValue
    }
}

extension ConfigurationKey where Value == Int {
    /// A whole number within a range.
    static func wholeNumber(
        _ name: String, default defaultValue: Int, range: ClosedRange<Int>, meaning: String
    ) -> Self {
        let row = ConfigurationRow(
            name: name, type: "whole number", defaultText: "\(defaultValue)",
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)", isSecret: false,
            meaning: meaning)
        return Self(row: row, defaultValue: defaultValue) { reader, row throws(GaitNodeError) in
            guard let text = writtenValue(of: row, in: reader) else { return nil }
            guard let number = Int(text), range.contains(number) else { throw row.refusal(of: text) }
            return number
        }
    }
}

extension ConfigurationKey where Value == Double {
    /// A finite number within a range.
    static func number(
        _ name: String, default defaultValue: Double, range: ClosedRange<Double>, meaning: String
    ) -> Self {
        let row = ConfigurationRow(
            name: name, type: "number", defaultText: shortText(defaultValue),
            allowed: "a number from \(shortText(range.lowerBound)) to \(shortText(range.upperBound))",
            isSecret: false, meaning: meaning)
        return Self(row: row, defaultValue: defaultValue) { reader, row throws(GaitNodeError) in
            guard let text = writtenValue(of: row, in: reader) else { return nil }
            guard let number = Double(text), range.contains(number) else { throw row.refusal(of: text) }
            return number
        }
    }
}

extension ConfigurationKey where Value == Double? {
    /// A finite number within a range that need not be there.
    static func optionalNumber(_ name: String, range: ClosedRange<Double>, meaning: String) -> Self {
        let key = ConfigurationKey<Double>.number(
            name, default: range.lowerBound, range: range, meaning: meaning)
        let row = ConfigurationRow(
            name: name, type: key.row.type, defaultText: "", allowed: key.row.allowed, isSecret: false,
            meaning: meaning)
        return Self(row: row, defaultValue: nil) { reader, row throws(GaitNodeError) in
            guard let number = try key.read(reader, row) else { return .some(nil) }
            return number
        }
    }
}

extension ConfigurationKey where Value == Bool {
    /// Yes or no.
    static func flag(_ name: String, default defaultValue: Bool, meaning: String) -> Self {
        let row = ConfigurationRow(
            name: name, type: "true or false", defaultText: "\(defaultValue)", allowed: "true or false",
            isSecret: false, meaning: meaning)
        return Self(row: row, defaultValue: defaultValue) { reader, row throws(GaitNodeError) in
            guard let text = writtenValue(of: row, in: reader) else { return nil }
            guard let flag = Bool(text.lowercased()) else { throw row.refusal(of: text) }
            return flag
        }
    }
}

extension ConfigurationKey where Value == String {
    /// A text that `isAllowed` accepts.
    static func text(
        _ name: String, type: String, default defaultValue: String, allowed: String, meaning: String,
        isAllowed: @escaping @Sendable (String) -> Bool
    ) -> Self {
        let row = ConfigurationRow(
            name: name, type: type, defaultText: defaultValue, allowed: allowed, isSecret: false,
            meaning: meaning)
        return Self(row: row, defaultValue: defaultValue) { reader, row throws(GaitNodeError) in
            guard let text = writtenValue(of: row, in: reader) else { return nil }
            guard isAllowed(text) else { throw row.refusal(of: text) }
            return text
        }
    }
}

extension ConfigurationKey where Value == String? {
    /// A text that need not be there; an empty one counts as absent.
    static func optionalText(_ name: String, type: String, isSecret: Bool, meaning: String) -> Self {
        let row = ConfigurationRow(
            name: name, type: type, defaultText: "", allowed: "a \(type)", isSecret: isSecret,
            meaning: meaning)
        return Self(row: row, defaultValue: nil) { reader, row throws(GaitNodeError) in
            guard let text = writtenValue(of: row, in: reader), !text.isEmpty else { return .some(nil) }
            return text
        }
    }
}

extension ConfigurationKey where Value == String? {
    /// A text that need not be there, and that `isAllowed` accepts; an empty one counts as absent.
    static func optionalText(
        _ name: String, type: String, allowed: String, meaning: String,
        isAllowed: @escaping @Sendable (String) -> Bool
    ) -> Self {
        let row = ConfigurationRow(
            name: name, type: type, defaultText: "", allowed: allowed, isSecret: false, meaning: meaning)
        return Self(row: row, defaultValue: nil) { reader, row throws(GaitNodeError) in
            guard let text = writtenValue(of: row, in: reader), !text.isEmpty else { return .some(nil) }
            guard isAllowed(text) else { throw row.refusal(of: text) }
            return text
        }
    }
}

extension ConfigurationKey where Value == String {
    /// A text that somebody has to write, since nobody can know it for them.
    ///
    /// - Parameter advice: what to write, for whoever has not.
    static func required(_ name: String, maximumBytes: Int, meaning: String, advice: String) -> Self {
        let row = ConfigurationRow(
            name: name, type: "text, required", defaultText: "",
            allowed: "a text of up to \(maximumBytes) bytes", isSecret: false, meaning: meaning)
        return Self(row: row, defaultValue: "") { reader, row throws(GaitNodeError) in
            let text = writtenValue(of: row, in: reader)?.trimmingCharacters(in: .whitespacesAndNewlines)
            guard let text, !text.isEmpty else { throw .missingKey(key: row.name, advice: advice) }
            guard text.utf8.count <= maximumBytes else { throw row.refusal(of: "\(text.prefix(40))…") }
            return text
        }
    }
}

extension ConfigurationKey where Value == [String] {
    /// A list; a single text counts as a list of one.
    static func list(
        _ name: String, type: String, default defaultValue: [String], allowed: String, meaning: String,
        isAllowed: @escaping @Sendable ([String]) -> Bool
    ) -> Self {
        let row = ConfigurationRow(
            name: name, type: type, defaultText: "[" + defaultValue.joined(separator: ", ") + "]",
            allowed: allowed, isSecret: false, meaning: meaning)
        return Self(row: row, defaultValue: defaultValue) { reader, row throws(GaitNodeError) in
            let key = ConfigKey(row.name)
            guard let list = reader.stringArray(forKey: key) ?? reader.string(forKey: key).map({ [$0] })
            else { return nil }
            guard isAllowed(list) else { throw row.refusal(of: list.joined(separator: ", ")) }
            return list
        }
    }
}

extension ConfigurationRow {
    /// The error for a value that this key does not take. A secret value is not repeated.
    fileprivate func refusal(of value: String) -> GaitNodeError {
        .invalidValue(key: name, value: isSecret ? "(not shown)" : value, allowed: allowed)
    }
}

/// The value as it was written, whichever type the provider holds.
///
/// Everything is read as text and converted here, because the reader turns a value of the wrong type into
/// "absent", and an operator's `port: abc` would silently become the default.
private func writtenValue(of row: ConfigurationRow, in reader: ConfigReader) -> String? {
    let key = ConfigKey(row.name)
    if let text = reader.string(forKey: key, isSecret: row.isSecret) { return text }
    if let number = reader.int(forKey: key) { return "\(number)" }
    if let number = reader.double(forKey: key) { return "\(number)" }
    if let flag = reader.bool(forKey: key) { return "\(flag)" }
    if let list = reader.stringArray(forKey: key) { return "[" + list.joined(separator: ", ") + "]" }
    return nil
}

/// A number without a needless fraction: 3 for 3.0, 0.5 as it is.
private func shortText(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
}
