import Foundation
import Gait
import Messaging
import TestSupport
import Testing

/// Thousands of random and damaged messages: the scanner and its slow twin must agree on each.
@Suite("Skeleton message against its twin")
struct SkeletonMessageTwinTests {
    @Test(
        "random messages are accepted and rejected alike, with the same values",
        arguments: 1...4 as ClosedRange<UInt64>)
    func random(seed: UInt64) {
        var generator = RandomSkeletonText(seed: seed)
        var message = SkeletonMessage()
        var accepted = 0
        for index in 0..<250 {
            let payload = Array(generator.message().utf8)
            accepted += compare(payload, &message, "seed \(seed), message \(index)") ? 1 : 0
        }
        // Both outcomes are met, or the comparison would be empty.
        #expect(accepted > 50 && accepted < 250)
    }

    @Test("damaged messages are accepted and rejected alike", arguments: 11...14 as ClosedRange<UInt64>)
    func damaged(seed: UInt64) {
        var generator = RandomSkeletonText(seed: seed)
        var message = SkeletonMessage()
        for index in 0..<1000 {
            let payload = generator.damaged(Array(generator.message().utf8))
            // Foundation guesses UTF-16 and UTF-32 from the first bytes; the protocol knows UTF-8 only.
            guard payload.first == UInt8(ascii: "{"), !payload.prefix(4).contains(0), payload.last != 0 else {
                continue
            }
            _ = compare(payload, &message, "seed \(seed), message \(index)")
        }
    }

    @Test("a message cut off anywhere is malformed")
    func truncated() {
        var generator = RandomSkeletonText(seed: 5)
        var message = SkeletonMessage()
        let payload = Array(generator.message().utf8)
        for count in 0..<payload.count where payload[count...].contains(where: { $0 > 0x20 }) {
            let rejection = #expect(throws: SkeletonRejection.self) {
                try message.decode(Array(payload[..<count]))
            }
            #expect(rejection?.reason == .malformedJSON)
        }
    }

    /// Returns whether the message was accepted.
    private func compare(_ payload: [UInt8], _ message: inout SkeletonMessage, _ name: String) -> Bool {
        let expected = ReferenceSkeletonDecoder.decode(payload)
        do throws(SkeletonRejection) {
            try message.decode(payload)
        } catch {
            let around = payload[max(0, error.byteOffset - 20)...].prefix(40)
            let name = "\(name): \(error) in \(String(decoding: around, as: UTF8.self))"
            if ReferenceSkeletonDecoder.departsFromGrammar(payload) { return false }
            if expected != nil { Issue.record("\(name)") }
            if error.reason == .malformedJSON, ReferenceSkeletonDecoder.json(payload) != nil {
                Issue.record("\(name)")
            }
            return false
        }
        guard let expected else {
            if ReferenceSkeletonDecoder.departsFromGrammar(payload) { return true }
            Issue.record("\(name) was accepted: \(String(decoding: payload, as: UTF8.self))")
            return true
        }
        #expect(message.bodies.map(\.id) == expected.ids, "\(name)")
        #expect(message.bodyRejections.total == expected.rejectedBodies, "\(name)")
        for (body, pose) in zip(message.bodies, expected.poses) {
            #expect(body.pose.present == pose.present, "\(name)")
            for joint in Joint.allCases {
                let difference = body.pose[joint] - pose[joint]
                let size = max(1, abs(pose[joint].x), abs(pose[joint].y), abs(pose[joint].z))
                #expect((difference * difference).sum().squareRoot() <= 1e-5 * size, "\(name)")
            }
        }
        return true
    }
}

/// Skeleton messages as a careless sender might write them: fields in any order, now and then one that is
/// wrong, missing or unknown.
struct RandomSkeletonText {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func message() -> String {
        var fields = [
            "\"layout\":\(pick(["\"step16\""], or: ["\"octopus8\"", "16", "null", "\"STEP16\""], 0.05))"
        ]
        let bodies = (0..<Int.random(in: 0...4, using: &generator)).map { _ in body() }
        fields.append("\"bodies\":\(space())[\(bodies.joined(separator: ","))]\(space())")
        add("stamp", ["17.25", "1789123456.123456"], or: ["-1", "\"x\"", "1e30"], 0.05, to: &fields)
        add("units", ["\"m\"", "\"cm\"", "\"mm\""], or: ["\"ft\"", "null", "{}"], 0.1, to: &fields)
        add("up", ["\"y\"", "\"z\"", "\"-y\""], or: ["\"x\"", "null"], 0.1, to: &fields)
        add("frame_id", ["\"odom\"", "\"\\u00e4\u{E4}\\n\""], or: ["7"], 0.05, to: &fields)
        add("origin", ["\"world\"", "\"root\""], or: ["\"body\""], 0.1, to: &fields)
        if chance(0.4) { fields.append("\"unknown field\":[{\"a\":[true,false,null,\"\\\"\"]},-1.5e-7]") }
        if chance(0.03) { fields.removeFirst() }
        fields.shuffle(using: &generator)
        return "{\(space())\(fields.joined(separator: "\(space()),\(space())"))}\(space())"
    }

    /// The message cut off, with a byte changed, inserted or left out, or several of these.
    mutating func damaged(_ payload: [UInt8]) -> [UInt8] {
        var payload = payload
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !payload.isEmpty {
            let index = Int.random(in: payload.indices, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: payload.removeLast(min(payload.count, Int.random(in: 1...40, using: &generator)))
            case 1: payload[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: payload.insert(UInt8.random(in: 0...255, using: &generator), at: index)
            default: payload.remove(at: index)
            }
        }
        return payload
    }

    /// In every other message.
    private mutating func add(
        _ name: String, _ usual: [String], or rare: [String], _ probability: Double, to fields: inout [String]
    ) { if chance(0.5) { fields.append("\"\(name)\":\(pick(usual, or: rare, probability))") } }

    private mutating func body() -> String {
        if chance(0.03) { return pick(["7", "null", "[]", "{}"], or: [], 0) }
        var fields: [String] = []
        if !chance(0.05) {
            let usual = ["\"7\"", "\"a-1\"", "12", "3", "\"x.y_z\"", "\"\\u0037\"", "7.0", "0.3e1", "-1"]
            let rare = ["\"a/b\"", "\"\"", "1.5", "null", "true"]
            fields.append("\"id\":\(pick(usual, or: rare, 0.15))")
        }
        let count = chance(0.05) ? Int.random(in: 0...20, using: &generator) : 16
        fields.append("\"joints\":[\((0..<count).map { _ in joint() }.joined(separator: ",\(space())"))]")
        if chance(0.3) { fields.append("\"name\":{\"id\":1}") }
        fields.shuffle(using: &generator)
        return "{\(fields.joined(separator: ","))}"
    }

    private mutating func joint() -> String {
        if chance(0.05) { return pick(["null", "[null,null,null]", "[0,0,0]", "[1,2,null]"], or: [], 0) }
        if chance(0.003) { return pick(["[1,2]", "[]", "7", "[1,2,3,4,5]", "[\"1\",1,2]", "{}"], or: [], 0) }
        var numbers = [number(), number(), number()]
        if chance(0.3) { numbers.append(pick(["0", "1", "0.75", "-0.5", "0.001"], or: [], 0)) }
        return "[\(space())\(numbers.joined(separator: ","))]"
    }

    private mutating func number() -> String {
        switch Int.random(in: 0..<200, using: &generator) {
        case 0: "1e30"
        case 1: "-1.5e3"
        case 2: "0"
        case 3: "-0.0E-5"
        case 4: "0.12345678901234567890123"
        case 5..<60: "\(Float.random(in: -9...9, using: &generator))"
        default: "\(Double.random(in: -9...9, using: &generator))"
        }
    }

    private mutating func space() -> String { pick([""], or: [" ", "\n\t", "\r\n  "], 0.2) }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }

    private mutating func pick(_ usual: [String], or rare: [String], _ probability: Double) -> String {
        let choices = !rare.isEmpty && chance(probability) ? rare : usual
        return choices[Int.random(in: choices.indices, using: &generator)]
    }
}

/// The slow and obvious twin of `SkeletonMessage`, by way of Foundation's JSON parser. Knows no bounds of
/// size and no fields that occur twice.
enum ReferenceSkeletonDecoder {
    struct Decoded {
        var ids: [String?] = []
        var poses: [Pose] = []
        var rejectedBodies = 0
    }

    /// The payload as Foundation reads it; nil where it is not JSON. By `JSONSerialization`, since
    /// `JSONDecoder` takes no `-0.0E-5`.
    static func json(_ payload: [UInt8]) -> JSONValue? {
        let object = try? JSONSerialization.jsonObject(with: Data(payload), options: [.fragmentsAllowed])
        return object.flatMap(value)
    }

    /// Whether Foundation departs from RFC 8259 here: it takes a comma before a closing bracket, and refuses
    /// numbers too large for a Double.
    static func departsFromGrammar(_ payload: [UInt8]) -> Bool {
        let text = String(decoding: payload, as: UTF8.self)
        return text.contains(/,[ \t\r\n]*[\]}]/) || text.contains(/[0-9][eE]\+?[0-9]{3,}/)
    }

    private static func value(_ object: Any) -> JSONValue? {
        switch object {
        case is NSNull: .null
        case let text as String: .string(text)
        case let array as [Any]: .array(array.compactMap(value))
        case let fields as [String: Any]: .object(fields.compactMapValues(value))
        case let number as NSNumber:
            // "c" is how Foundation marks a truth value.
            number.objCType.pointee == 0x63 ? .boolean(number.boolValue) : .number(number.doubleValue)
        default: nil
        }
    }

    /// Nil where the message is to be rejected.
    static func decode(_ payload: [UInt8]) -> Decoded? {
        guard case .object(let fields)? = json(payload),
            case .string(let layoutName)? = fields["layout"],
            let layout = SkeletonLayout(rawValue: layoutName),
            case .array(let bodies)? = fields["bodies"], bodies.count <= 64,
            let units = choice(fields["units"], LengthUnit.metre, LengthUnit.init(rawValue:)),
            let up = choice(fields["up"], UpAxis.y, UpAxis.init(rawValue:)),
            let origin = choice(fields["origin"], CoordinateOrigin.world, CoordinateOrigin.init(rawValue:)),
            choice(fields["frame_id"], "", { $0 }) != nil
        else { return nil }
        switch fields["stamp"] ?? .null {
        case .null: break
        case .number(let stamp) where stamp >= 0 && stamp <= 1e19: break
        default: return nil
        }
        var decoded = Decoded()
        for body in bodies {
            if let (id, pose) = read(body, layout, units, up, origin),
                id == nil ? origin == .world || bodies.count == 1 : !decoded.ids.contains(id)
            {
                decoded.ids.append(id)
                decoded.poses.append(pose)
            } else {
                decoded.rejectedBodies += 1
            }
        }
        return decoded
    }

    private static func choice<Value>(
        _ field: JSONValue?, _ otherwise: Value, _ value: (String) -> Value?
    ) -> Value? {
        switch field ?? .null {
        case .null: otherwise
        case .string(let name): value(name)
        default: nil
        }
    }

    private static func read(
        _ body: JSONValue, _ layout: SkeletonLayout, _ units: LengthUnit, _ up: UpAxis,
        _ origin: CoordinateOrigin
    ) -> (String?, Pose)? {
        guard case .object(let fields) = body, case .array(let joints)? = fields["joints"],
            joints.count == layout.jointCount
        else { return nil }
        let isUnnamed = [.null, .number(-1), .string("-1")].contains(fields["id"] ?? .null)
        let id = isUnnamed ? nil : identifier(fields["id"])
        guard isUnnamed || id != nil else { return nil }
        var positions: [SIMD3<Float>?] = []
        for joint in joints {
            guard case .array(let numbers) = joint else {
                guard case .null = joint else { return nil }
                positions.append(nil)
                continue
            }
            var values: [Double] = []
            for number in numbers where number != .null {
                guard case .number(let value) = number else { return nil }
                values.append(value)
            }
            guard numbers.count == 3 || numbers.count == 4 else { return nil }
            guard values.count == numbers.count else {
                positions.append(nil)
                continue
            }
            let isZero = values[..<3].allSatisfy { Float($0) == 0 }
            let isMissing = values.count == 4 && values[3] <= 0 || origin == .world && isZero
            let position = SIMD3<Float>(SIMD3(values[0], values[1], values[2])) * units.metres
            let isPlausible = [position.x, position.y, position.z].allSatisfy { abs($0) <= 1000 }
            guard isMissing || isPlausible else { return nil }
            positions.append(isMissing ? nil : up.yUp(position))
        }
        return (id, layout.pose { positions[$0] })
    }

    private static func identifier(_ field: JSONValue?) -> String? {
        switch field {
        case .string(let id): id.wholeMatch(of: /[A-Za-z0-9_.\-]{1,64}/) == nil ? nil : id
        case .number(let id): id == id.rounded() && abs(id) < 1e6 ? "\(Int(id))" : nil
        default: nil
        }
    }
}

@Suite("A skeleton message with anything changed")
struct SkeletonFuzzingTests {
    @Test("is decoded within its bounds or refused by a reason, and leaves no memory behind")
    func mutations() async {
        await #expect(processExitsWith: .success) {
            var texts = RandomSkeletonText(seed: 7)
            let originals = (0..<200).map { _ in Array(texts.message().utf8) }
            var mutations = Mutations(
                originals, tokens: JSONTokens.all + SkeletonFuzzingTests.tokens,
                using: SeededGenerator(seed: 7))
            var message = SkeletonMessage()
            var reasons: Set<RejectionReason> = []
            var bodies = 0
            FuzzedProcess.expectBounded(accepted: (0.05, 0.9)) { _ in
                let payload = mutations.next()
                do throws(SkeletonRejection) {
                    try message.decode(payload)
                    bodies += message.bodies.count
                    SkeletonFuzzingTests.check(message)
                    return true
                } catch {
                    reasons.insert(error.reason)
                    #expect(message.bodies.isEmpty)
                    return false
                }
            }
            #expect(bodies > 0 && reasons.count > 8, "\(reasons)")
        }
    }

    static let tokens = [
        "\"bodies\":", "\"layout\":\"zed38\"", "\"joints\":[]", "\"id\":\"a\"", "\"stamp\":", "\"up\":\"z\"",
        "\"orientation\":[0,0,0,1]", "\"origin\":\"root\"", "[1,2,3]", "[1,2,3,0.5]",
        "\"origin\":\"image\",\"image\":{\"width\":640,\"height\":480}", "\"focal_px\":", "\"units\":\"px\"",
        "[9,9]",
        "\"units\":\"normalized\"",
    ]

    /// What later stages rely on.
    static func check(_ message: SkeletonMessage) {
        #expect(message.bodies.count <= SkeletonMessage.maximumBodies)
        if let stamp = message.stamp { #expect(stamp.isFinite) }
        for body in message.bodies {
            for joint in Joint.allCases where body.pose.present.contains(joint) {
                let position = body.pose[joint]
                #expect(position.x.isFinite && position.y.isFinite && position.z.isFinite)
            }
        }
    }
}
