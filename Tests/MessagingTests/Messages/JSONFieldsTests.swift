import Testing

@testable import Messaging

@Suite("JSON fields")
struct JSONFieldsTests {
    private static func fields(_ text: String) throws -> JSONFields { try JSONFields(Array(text.utf8)) }

    @Test("each type is read as what it is")
    func types() throws {
        let fields = try Self.fields(
            #"{"a": "x\u00e9", "b": -2.5e1, "c": 7, "d": true, "e": {"f": false}, "g": [1, {"h": 2}], "i": null}"#
        )
        #expect(try fields.text("a") == "xé")
        #expect(try fields.number("b") == -25)
        #expect(try fields.wholeNumber("c") == 7)
        #expect(try fields.flag("d") == true)
        #expect(try fields.fields("e")?.flag("f") == false)
        #expect(try fields.elements("g")?.map { String(decoding: $0, as: UTF8.self) } == ["1", #"{"h": 2}"#])
        #expect(!fields.contains("i") && !fields.contains("j"))
        #expect(try fields.text("i") == nil)
        #expect(fields.value("e") == .object(["f": .boolean(false)]))
    }

    @Test("another type is told by the field's name and what is expected")
    func illTyped() throws {
        let fields = try Self.fields(#"{"a": 1, "b": "1", "c": 1.5, "d": "true", "e": [], "g": {}}"#)
        #expect(throws: JSONFields.Fault.illTyped(field: "a", expected: "a string")) { try fields.text("a") }
        #expect(throws: JSONFields.Fault.illTyped(field: "b", expected: "a number")) {
            try fields.number("b")
        }
        #expect(throws: JSONFields.Fault.illTyped(field: "c", expected: "a whole number")) {
            try fields.wholeNumber("c")
        }
        #expect(throws: JSONFields.Fault.illTyped(field: "d", expected: "true or false")) {
            try fields.flag("d")
        }
        #expect(throws: JSONFields.Fault.illTyped(field: "e", expected: "an object")) {
            try fields.fields("e")
        }
        #expect(throws: JSONFields.Fault.illTyped(field: "g", expected: "an array")) {
            try fields.elements("g")
        }
        #expect(throws: JSONFields.Fault.missing(field: "z")) { try fields.requiredText("z") }
    }

    @Test(
        "what is no JSON object is refused",
        arguments: [
            "", "[]", "1", "{", #"{"a":1}x"#, #"{"a":NaN}"#, #"{"a":1,"a":2}"#,
            "{\"a\":" + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}",
        ])
    func malformed(text: String) {
        #expect(throws: JSONFields.Fault.self) { try Self.fields(text) }
    }

    @Test("a transaction is a string or a number of bounded length")
    func transaction() throws {
        func transaction(_ json: String) throws -> JSONValue? {
            try RequestMessage(command: "label", payload: Array(#"{"transaction": \#(json)}"#.utf8))
                .transaction
        }
        #expect(try transaction(#""a""#) == .string("a"))
        #expect(try transaction("12") == .number(12))
        #expect(try transaction("null") == nil)
        #expect(throws: JSONFields.Fault.self) { try transaction("[1]") }
        #expect(throws: JSONFields.Fault.self) {
            try transaction("\"\(String(repeating: "x", count: 300))\"")
        }
        #expect(try RequestMessage(command: "info", payload: []).transaction == nil)
    }

    @Test("a request's topic gives its command, other topics none")
    func requestTopic() throws {
        let topics = try Topics(node: "n1")
        #expect(topics.parseRequest("gaitd/n1/request/model/list") == "model/list")
        #expect(topics.parseRequest("gaitd/n1/request/label") == "label")
        for other in [
            "gaitd/n1/request/", "gaitd/n2/request/label", "gaitd/n1/response/label", "robots/r/skeletons",
        ] {
            #expect(topics.parseRequest(other) == nil)
        }
    }
}
