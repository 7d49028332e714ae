import Foundation
import Gait

/// A skeleton message as it stands, without a judgement: for saying what is wrong with one that gaitd rejects.
struct RawSkeletons {
    /// The names that the message uses.
    struct Names: Equatable {
        var layout: String?
        var units: String?
        var up: String?
    }

    /// One body.
    struct Body {
        /// In the sender's order, unit and axes; nil where a joint is missing or unreadable.
        let joints: [SIMD3<Float>?]
        let confidences: [Double]

        /// The joints as a layout has them, in thousandths of the sender's unit: that is within a pose's limits
        /// also where the unit is a millimetre.
        func pose(_ layout: SkeletonLayout) -> Pose {
            layout.pose { index in
                index < joints.count ? joints[index].map { $0 / 1000 } : nil
            }
        }
    }

    let stamp: Double?
    let names: Names
    let bodies: [Body]

    /// Reads what can be read; nil where the payload is not a JSON object.
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
