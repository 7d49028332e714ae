import Foundation
import Messaging
import TestSupport
import Testing

/// A JSON Schema of config/schema, as far as those use draft 2020-12: a keyword that is not known here is a fault,
/// so that none is passed over.
struct JSONSchema {
    struct UnknownKeyword: Error {
        let name: String
    }

    private let root: JSONValue

    /// - Parameter name: such as `emotion`.
    init(_ name: String) throws {
        let path = PackageFolder.path("config/schema/\(name).schema.json")
        root = try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: URL(filePath: path)))
    }

    /// What is wrong with a payload, with where it is; empty where nothing is.
    ///
    /// - Parameter definition: the name in `$defs` to compare with; nil for the schema itself.
    func faults(in payload: [UInt8], definition: String? = nil) throws -> [String] {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(payload)) else {
            return ["no JSON"]
        }
        let schema = definition.map { root["$defs"]?[$0] ?? .null } ?? root
        return try faults(value, schema, at: "$")
    }

    /// The names of its definitions.
    var definitions: [String] {
        guard case .object(let fields)? = root["$defs"] else { return [] }
        return fields.keys.sorted()
    }

    private func faults(_ value: JSONValue, _ schema: JSONValue, at place: String) throws -> [String] {
        guard case .object(let keywords) = schema else { return ["\(place): no schema"] }
        var faults: [String] = []
        for (keyword, argument) in keywords.sorted(by: { $0.key < $1.key }) {
            faults += try check(value, keyword, argument, in: keywords, at: place)
        }
        return faults
    }

    private func check(
        _ value: JSONValue, _ keyword: String, _ argument: JSONValue, in keywords: [String: JSONValue],
        at place: String
    ) throws -> [String] {
        func fault(unless holds: Bool) -> [String] {
            holds ? [] : ["\(place): \(keyword) \(argument) is not met by \(value)".prefix(300).description]
        }
        switch (keyword, value) {
        case ("$schema", _), ("$defs", _), ("title", _), ("description", _), ("then", _), ("else", _):
            return []
        case ("type", _):
            let types = argument.elements.isEmpty ? [argument] : argument.elements
            return fault(unless: types.contains { Self.isType($0, of: value) })
        case ("const", _): return fault(unless: value == argument)
        case ("enum", _): return fault(unless: argument.elements.contains(value))
        case ("$ref", _): return try faults(value, try referred(argument), at: place)
        case ("anyOf", _):
            return fault(unless: try argument.elements.contains { try faults(value, $0, at: place).isEmpty })
        case ("allOf", _): return try argument.elements.flatMap { try faults(value, $0, at: place) }
        case ("if", _):
            let branch = try faults(value, argument, at: place).isEmpty ? "then" : "else"
            return try keywords[branch].map { try faults(value, $0, at: place) } ?? []
        default: break
        }
        return try checkTyped(value, keyword, argument, in: keywords, at: place, fault)
    }

    /// The keywords that mean something for values of one type only.
    private func checkTyped(
        _ value: JSONValue, _ keyword: String, _ argument: JSONValue, in keywords: [String: JSONValue],
        at place: String, _ fault: (Bool) -> [String]
    ) throws -> [String] {
        let limit = argument.number ?? 0
        switch (keyword, value) {
        case ("minimum", .number(let number)): return fault(number >= limit)
        case ("maximum", .number(let number)): return fault(number <= limit)
        case ("minLength", .string(let text)): return fault(Double(text.count) >= limit)
        case ("maxLength", .string(let text)): return fault(Double(text.count) <= limit)
        case ("pattern", .string(let text)):
            guard case .string(let pattern) = argument else { return ["\(place): no pattern"] }
            return fault(text.contains(try Regex(pattern)))
        case ("minItems", .array(let items)): return fault(Double(items.count) >= limit)
        case ("maxItems", .array(let items)): return fault(Double(items.count) <= limit)
        case ("items", .array(let items)):
            return try items.enumerated().flatMap { try faults($1, argument, at: "\(place)[\($0)]") }
        case ("required", .object(let fields)):
            let missing = argument.elements.filter { name in !fields.keys.contains { name == .string($0) } }
            return missing.map { "\(place): \($0) is missing" }
        case ("dependentRequired", .object(let fields)):
            guard case .object(let rules) = argument else { return ["\(place): no rules"] }
            return rules.filter { fields[$0.key] != nil }.values.flatMap(\.elements)
                .filter { name in !fields.keys.contains { name == .string($0) } }
                .map { "\(place): \($0) is missing" }
        case ("properties", .object(let fields)):
            return try fields.flatMap { name, field in
                try argument[name].map { try faults(field, $0, at: "\(place).\(name)") } ?? []
            }
        case ("additionalProperties", .object(let fields)):
            return try fields.filter { keywords["properties"]?[$0.key] == nil }.flatMap { name, field in
                argument == .boolean(false)
                    ? ["\(place): \(name) is none of its fields"]
                    : try faults(field, argument, at: "\(place).\(name)")
            }
        case (let name, _):
            let typed = [
                "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "items",
                "required", "dependentRequired", "properties", "additionalProperties",
            ]
            guard typed.contains(name) else { throw UnknownKeyword(name: name) }
            return []
        }
    }

    private func referred(_ reference: JSONValue) throws -> JSONValue {
        guard case .string(let text) = reference, text.hasPrefix("#/$defs/"),
            let schema = root["$defs"]?[String(text.dropFirst(8))]
        else { throw UnknownKeyword(name: "$ref \(reference)") }
        return schema
    }

    private static func isType(_ type: JSONValue, of value: JSONValue) -> Bool {
        switch (type, value) {
        case (.string("null"), .null), (.string("boolean"), .boolean), (.string("number"), .number),
            (.string("string"), .string), (.string("array"), .array), (.string("object"), .object):
            true
        case (.string("integer"), .number(let number)): number == number.rounded()
        default: false
        }
    }
}

/// What a node has published, held against the schemas.
struct PublishedMessages {
    /// How many messages each schema was held against.
    private(set) var counts: [String: Int] = [:]

    /// Records an issue for every message that its schema does not allow. It skips topics without a schema, and empty
    /// payloads, which clear what is retained.
    init(_ messages: [MQTTMessage], sourceLocation: SourceLocation = #_sourceLocation) throws {
        var schemas: [String: JSONSchema] = [:]
        for message in messages where !message.payload.isEmpty {
            guard let name = Self.schema(of: message.topic) else { continue }
            let schema = try schemas[name] ?? JSONSchema(name)
            schemas[name] = schema
            let faults = try schema.faults(in: message.payload)
            #expect(faults.isEmpty, "\(message.topic): \(faults)", sourceLocation: sourceLocation)
            counts[name, default: 0] += 1
        }
    }

    private static func schema(of topic: String) -> String? {
        let levels = topic.split(separator: "/")
        switch levels.first {
        case "gaitd" where levels.count >= 3:
            let name = String(levels[2])
            return ["state", "info", "health", "training", "response"].contains(name) ? name : nil
        case "robots":
            let name = String(levels[levels.count - 1])
            return ["people", "emotion", "skeletons"].contains(name) ? name : nil
        default: return nil
        }
    }
}
