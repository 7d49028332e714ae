import Foundation
import Gait
import GaitModels
import GaitNode
import Messaging

/// What a source has sent, decoded as gaitd decodes it, and as it stands where gaitd rejects it.
struct StreamRecord {
    /// Limits of what is kept; the rest is only counted.
    private static let maximumFrames = 100_000
    private static let maximumObservations = 40_000
    private static let maximumRawBodies = 400

    private(set) var messages = 0
    /// Of each message that was kept, accepted or not: when it arrived, and its stamp as sent.
    private(set) var arrivals: [Arrival] = []
    private(set) var stamps: [Double?] = []
    /// The bodies that gaitd accepts; meters, y up, if the message's fields are right, or ``ImagePose``s.
    private(set) var observations: [CheckedBody] = []
    /// Messages and bodies that gaitd refuses.
    private(set) var rejected = RejectionCounts()
    /// The fields of the newest message that was accepted.
    private(set) var layout = SkeletonLayout.step16
    private(set) var units = LengthUnit.metre
    private(set) var up = UpAxis.y
    private(set) var origin = CoordinateOrigin.world
    private(set) var orientation: SIMD4<Float>?
    /// The newest picture, if the origin is one, and its unit.
    private(set) var image: ImageGeometry?
    private(set) var imageUnits = ImageUnit.pixel
    /// Whether the picture's size or focal length changed between messages.
    private(set) var changesImage = false
    /// Keypoints that were far outside of the picture.
    private(set) var keypointsOutside = 0
    /// Whether gaitd accepts any message.
    private(set) var hasAccepted = false
    /// Whether layout, units, up or origin changed between messages.
    private(set) var changesFields = false
    /// Some bodies as they stand in the messages.
    private(set) var rawBodies: [RawSkeletons.Body] = []
    /// The layouts, units and axes that messages name, as they stand in them.
    private(set) var named: [RejectionReason: String] = [:]
    /// What gaitd makes of the messages.
    private(set) var gaits: GaitCheck

    private var message = SkeletonMessage()

    /// - Parameters:
    ///   - classifier: Reads the emotions; nil for none.
    ///   - lift: Lifts people in pictures; nil for nobody.
    init(classifier: EmotionClassifier? = nil, lift: Lift? = nil) {
        gaits = GaitCheck(classifier: classifier, lift: lift)
    }

    /// Takes in a message.
    mutating func take(_ payload: [UInt8], arrival: Arrival) {
        messages += 1
        guard arrivals.count < Self.maximumFrames else { return }
        var raw = rawBodies.count < Self.maximumRawBodies ? RawSkeletons(payload) : nil
        do {
            try message.decode(payload)
            takeFields()
            stamps.append(message.stamp)
            for reason in RejectionReason.allCases { rejected[reason] += message.bodyRejections[reason] }
            observations += message.bodies.prefix(Self.maximumObservations - observations.count).map { body in
                CheckedBody(id: body.id, frame: arrivals.count, time: arrival.monotonic, pose: body.pose)
            }
            gaits.take(message, arrival: arrival)
        } catch {
            rejected[error.reason] += 1
            raw = raw ?? RawSkeletons(payload)
            stamps.append(raw?.stamp)
        }
        arrivals.append(arrival)
        guard let raw, rawBodies.count < Self.maximumRawBodies else { return }
        named = raw.named
        rawBodies += raw.bodies.prefix(Self.maximumRawBodies - rawBodies.count)
    }

    private mutating func takeFields() {
        changesFields =
            changesFields
            || hasAccepted
                && (layout, units, up, origin)
                    != (message.layout, message.units, message.up, message.origin)
        (layout, units, up, origin) = (message.layout, message.units, message.up, message.origin)
        (orientation, hasAccepted) = (message.orientation, true)
        guard let new = message.image else { return }
        changesImage = changesImage || image.map { $0 != new } ?? false
        (image, imageUnits) = (new, message.imageUnits)
        keypointsOutside += message.keypointsOutside
    }
}

/// A skeleton message exactly as sent, without checks, to explain why gaitd rejects it.
struct RawSkeletons {
    /// One body.
    struct Body {
        /// In the sender's order, unit and axes; nil if a joint is missing or unreadable.
        let joints: [SIMD3<Float>?]
        let confidences: [Double]
    }

    let stamp: Double?
    /// The names that the message uses, by the reason for which gaitd rejects unknown ones.
    let named: [RejectionReason: String]
    let bodies: [Body]

    /// Reads what can be read; nil if the payload is not a JSON object.
    init?(_ payload: [UInt8]) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any] else {
            return nil
        }
        stamp = (object["stamp"] as? NSNumber)?.doubleValue
        named = [.unknownLayout: "layout", .unknownUnits: "units", .unknownUp: "up"]
            .compactMapValues { object[$0] as? String }
        let isInPicture = object["origin"] as? String == CoordinateOrigin.image.rawValue
        bodies = (object["bodies"] as? [Any] ?? []).prefix(64).compactMap { body in
            guard let joints = (body as? [String: Any])?["joints"] as? [Any] else { return nil }
            let numbers = joints.prefix(128).map { joint in
                (joint as? [Any])?.compactMap { ($0 as? NSNumber)?.doubleValue } ?? []
            }
            return Body(
                joints: numbers.map { joint in
                    guard !isInPicture else {
                        return joint.count < 2 ? nil : SIMD3(Float(joint[0]), Float(joint[1]), 0)
                    }
                    return joint.count < 3 ? nil : SIMD3(Float(joint[0]), Float(joint[1]), Float(joint[2]))
                },
                confidences: numbers.filter { $0.count == (isInPicture ? 3 : 4) }.compactMap(\.last))
        }
    }
}
