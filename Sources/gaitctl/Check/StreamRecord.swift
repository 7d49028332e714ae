import Foundation
import Gait
import Messaging

/// What a source has sent, decoded as gaitd decodes it, and as it stands where gaitd rejects it.
struct StreamRecord {
    /// One message, accepted or not.
    struct Frame {
        let arrival: Arrival
        /// As sent, in whatever unit; nil if the message has none.
        let stamp: Double?
    }

    /// One body in one message; meters, y up, if the message's fields are right.
    struct Sighting {
        let frame: Int
        let id: String
        let pose: Pose
    }

    /// Limits of what is kept; the rest is only counted.
    private static let maximumFrames = 100_000
    private static let maximumSightings = 40_000
    private static let maximumRawBodies = 400

    /// Stands for all people without an id, who cannot be told apart here; not a valid id.
    static let unnamed = "(no id)"

    private(set) var frames: [Frame] = []
    /// Bodies that were accepted though they have no id.
    private(set) var bodiesWithoutID = 0
    private(set) var sightings: [Sighting] = []
    /// Messages and bodies that gaitd refuses, by reason.
    private(set) var rejected: [String: Int] = [:]
    private(set) var messages = 0
    /// The fields of the newest message that was accepted.
    private(set) var layout = SkeletonLayout.step16
    private(set) var units = LengthUnit.metre
    private(set) var up = UpAxis.y
    private(set) var origin = CoordinateOrigin.world
    private(set) var orientation: SIMD4<Float>?
    private(set) var accepted = 0
    /// Whether layout, units, up or origin changed between messages.
    private(set) var changesFields = false
    /// Some bodies as they stand in the messages.
    private(set) var rawBodies: [RawSkeletons.Body] = []
    /// The layouts, units and axes that messages name, as they stand in them.
    private(set) var named = RawSkeletons.Names()

    /// What gaitd makes of the messages.
    private(set) var gaits = GaitCheck()

    private var message = SkeletonMessage()

    /// Takes in a message.
    mutating func take(_ payload: [UInt8], arrival: Arrival) {
        messages += 1
        guard frames.count < StreamRecord.maximumFrames else { return }
        do {
            try message.decode(payload)
            takeFields()
            frames.append(Frame(arrival: arrival, stamp: message.stamp))
            for reason in RejectionReason.allCases where message.bodyRejections[reason] > 0 {
                rejected[reason.rawValue, default: 0] += message.bodyRejections[reason]
            }
            takeBodies()
            gaits.take(message, arrival: arrival)
            if rawBodies.count < StreamRecord.maximumRawBodies { takeRaw(RawSkeletons(payload)) }
        } catch {
            rejected[error.reason.rawValue, default: 0] += 1
            let raw = RawSkeletons(payload)
            frames.append(Frame(arrival: arrival, stamp: raw?.stamp))
            if rawBodies.count < StreamRecord.maximumRawBodies { takeRaw(raw) }
        }
    }

    /// Seconds from the first message to the last.
    var duration: Double {
        guard let first = frames.first, let last = frames.last else { return 0 }
        return last.arrival.monotonic - first.arrival.monotonic
    }

    /// The observations of each id, in time order; people without an id are excluded.
    var people: [String: [Sighting]] {
        Dictionary(grouping: sightings, by: \.id).filter { $0.key != Self.unnamed }
    }

    /// How many people were seen for at least so many seconds.
    func peopleSeen(for seconds: Double) -> Int {
        people.values.count { sightings in
            guard let first = sightings.first, let last = sightings.last else { return false }
            return frames[last.frame].arrival.monotonic - frames[first.frame].arrival.monotonic >= seconds
        }
    }

    private mutating func takeFields() {
        if accepted > 0 {
            changesFields =
                changesFields || layout != message.layout || units != message.units || up != message.up
                || origin != message.origin
        }
        (layout, units, up, origin) = (message.layout, message.units, message.up, message.origin)
        orientation = message.orientation
        accepted += 1
    }

    private mutating func takeBodies() {
        for body in message.bodies where sightings.count < StreamRecord.maximumSightings {
            if body.id == nil { bodiesWithoutID += 1 }
            sightings.append(
                Sighting(frame: frames.count - 1, id: body.id ?? Self.unnamed, pose: body.pose))
        }
    }

    private mutating func takeRaw(_ raw: RawSkeletons?) {
        guard let raw else { return }
        named = raw.names
        rawBodies += raw.bodies.prefix(StreamRecord.maximumRawBodies - rawBodies.count)
    }
}

/// A skeleton message exactly as sent, without checks, to explain why gaitd rejects it.
struct RawSkeletons {
    /// The names that the message uses.
    struct Names: Equatable {
        var layout: String?
        var units: String?
        var up: String?
    }

    /// One body.
    struct Body {
        /// In the sender's order, unit and axes; nil if a joint is missing or unreadable.
        let joints: [SIMD3<Float>?]
        let confidences: [Double]

        /// The joints as a layout has them, in thousandths of the sender's unit: that is within a pose's limits also
        /// where the unit is a millimeter.
        func pose(_ layout: SkeletonLayout) -> Pose {
            layout.pose { index in
                index < joints.count ? joints[index].map { $0 / 1000 } : nil
            }
        }
    }

    let stamp: Double?
    let names: Names
    let bodies: [Body]

    /// Reads what can be read; nil if the payload is not a JSON object.
    init?(_ payload: [UInt8]) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any] else {
            return nil
        }
        stamp = (object["stamp"] as? NSNumber)?.doubleValue
        names = Names(
            layout: object["layout"] as? String, units: object["units"] as? String,
            up: object["up"] as? String)
        bodies = (object["bodies"] as? [Any] ?? []).prefix(64).compactMap { body in
            guard let joints = (body as? [String: Any])?["joints"] as? [Any] else { return nil }
            let numbers = joints.prefix(128).map { joint in
                (joint as? [Any])?.compactMap { ($0 as? NSNumber)?.doubleValue }
            }
            return Body(
                joints: numbers.map { numbers in
                    guard let numbers, numbers.count >= 3 else { return nil }
                    return SIMD3(Float(numbers[0]), Float(numbers[1]), Float(numbers[2]))
                },
                confidences: numbers.compactMap { $0 ?? [] }.filter { $0.count == 4 }.map { $0[3] })
        }
    }
}
