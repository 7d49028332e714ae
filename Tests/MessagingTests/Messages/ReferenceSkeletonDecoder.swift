import Foundation
import Gait
import Messaging

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
            if let (id, pose) = read(body, layout, units, up),
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
        _ body: JSONValue, _ layout: SkeletonLayout, _ units: LengthUnit, _ up: UpAxis
    ) -> (String?, Pose)? {
        guard case .object(let fields) = body, case .array(let joints)? = fields["joints"],
            joints.count == layout.jointCount
        else { return nil }
        let isUnnamed = (fields["id"] ?? .null) == .null
        let id = identifier(fields["id"])
        guard isUnnamed || id != nil else { return nil }
        var positions: [SIMD3<Float>?] = []
        for joint in joints {
            guard case .array(let numbers) = joint else {
                guard case .null = joint else { return nil }
                positions.append(nil)
                continue
            }
            var values: [Double] = []
            for number in numbers {
                guard case .number(let value) = number else { return nil }
                values.append(value)
            }
            guard values.count == 3 || values.count == 4 else { return nil }
            let isMissing = values.count == 4 && values[3] <= 0
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
