import Gait

/// Skeleton messages as a careless sender might write them: fields in any order, now and then one that is
/// wrong, missing or unknown.
struct RandomSkeletonText {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

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
    ) {
        if chance(0.5) { fields.append("\"\(name)\":\(pick(usual, or: rare, probability))") }
    }

    private mutating func body() -> String {
        if chance(0.03) { return pick(["7", "null", "[]", "{}"], or: [], 0) }
        var fields: [String] = []
        if !chance(0.05) {
            let usual = ["\"7\"", "\"a-1\"", "12", "3", "\"x.y_z\"", "\"\\u0037\""]
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
        if chance(0.05) { return "null" }
        if chance(0.003) { return pick(["[1,2]", "[]", "7", "[1,2,3,4,5]", "[null,1,2]", "{}"], or: [], 0) }
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

    private mutating func space() -> String {
        pick([""], or: [" ", "\n\t", "\r\n  "], 0.2)
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }

    private mutating func pick(_ usual: [String], or rare: [String], _ probability: Double) -> String {
        let choices = !rare.isEmpty && chance(probability) ? rare : usual
        return choices[Int.random(in: choices.indices, using: &generator)]
    }
}
