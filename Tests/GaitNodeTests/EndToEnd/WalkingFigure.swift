import Foundation
import Gait

/// The simplest figure that walks: stiff legs and arms that swing at one stride a second. Positions in
/// metres, y up, in the order of step16.
struct WalkingFigure {
    /// The id in the messages; none where it is nil.
    let id: String?
    /// Whether the legs swing.
    var isWalking = true
    /// Where the figure walks, to the side of the others.
    var place = 0.0

    /// Which way the figure walks.
    var walksBackwards = false

    /// The body's joints at a time in seconds.
    func joints(at time: Double) -> [SIMD3<Double>] {
        let swing = isWalking ? 0.35 * sin(2 * .pi * time) : 0
        let travel = isWalking ? 1.2 * time * (walksBackwards ? -1 : 1) : 0
        let joints: [(Double, Double, Double)] = [
            (0, 0.95, 0), (0, 1.2, 0), (0, 1.45, 0), (0, 1.65, 0), (0.2, 1.4, 0), (0.25, 1.15, -swing / 2),
            (0.25, 0.9, -swing), (-0.2, 1.4, 0), (-0.25, 1.15, swing / 2), (-0.25, 0.9, swing), (0.1, 0.9, 0),
            (0.1, 0.5, swing / 2), (0.1, 0.08 + 0.05 * abs(swing), swing), (-0.1, 0.9, 0),
            (-0.1, 0.5, -swing / 2), (-0.1, 0.08 + 0.05 * abs(swing), -swing),
        ]
        return joints.map { SIMD3($0.0 + place, $0.1, $0.2 + travel) }
    }

    /// The body at a time in seconds.
    func pose(at time: Double) -> Pose {
        let joints = joints(at: time)
        return Pose(positions: InlineArray { SIMD3<Float>(joints[$0]) })
    }

    /// The body at a time in seconds, as JSON.
    ///
    /// - Parameter scale: What a metre is in the message.
    func body(at time: Double, scale: Double = 1) -> String {
        let text = joints(at: time).map { joint in
            let scaled = joint * scale
            return "[\(scaled.x),\(scaled.y),\(scaled.z)]"
        }.joined(separator: ",")
        let idField = id.map { #""id":"\#($0)","# } ?? ""
        return #"{\#(idField)"joints":[\#(text)]}"#
    }

    /// A whole message with these figures.
    static func message(_ figures: [WalkingFigure], at time: Double, stamp: Double? = nil) -> String {
        let bodies = figures.map { $0.body(at: time) }.joined(separator: ",")
        let stampField = #""stamp":\#(stamp ?? 1000 + time),"#
        return #"{\#(stampField)"layout":"step16","frame_id":"odom","bodies":[\#(bodies)]}"#
    }
}

/// A source that publishes figures until it is cancelled, three times as fast as they walk.
func walk(_ figures: [WalkingFigure], topic: String, client: TestClient) -> Task<Void, Never> {
    Task {
        var frame = 0
        while !Task.isCancelled {
            try? client.publish(topic, WalkingFigure.message(figures, at: Double(frame) / 30))
            frame += 1
            try? await Task.sleep(for: .milliseconds(11))
        }
    }
}
