import Foundation

/// The motion of the root that keeps the standing foot in place: forward against the foot's motion relative to the root,
/// and up so that the lowest sole touches the ground.
struct RootMotion: Sendable {
    /// Integration steps per cycle, and the harmonics to keep.
    private static let steps = 240
    private static let harmonics = 4
    /// Soles up to about this much above the lowest share its weight, meters: double support transfers weight gradually.
    private static let softness = 0.012

    /// The distance of one cycle, meters.
    let strideLength: Double
    /// The root's lead over a steady advance, meters.
    private let advance: CyclicCurve
    /// The root's height above the ground, meters.
    private let height: CyclicCurve

    init(of legs: LegKinematics) {
        let soles = (0..<Self.steps).map { step in
            Self.soles(of: legs, at: Double(step) / Double(Self.steps))
        }
        var ways: [Double] = [0]
        for step in soles.indices {
            let next = soles[(step + 1) % soles.count]
            let way = zip(soles[step], next).reduce(0) { sum, pair in
                sum + (pair.0.weight + pair.1.weight) / 2 * (pair.0.position.z - pair.1.position.z)
            }
            ways.append(ways[step] + way)
        }
        let length = ways[soles.count]
        strideLength = length
        let ahead = soles.indices.map { ways[$0] - length * Double($0) / Double(soles.count) }
        advance = CyclicCurve(samples: ahead, harmonics: Self.harmonics)
        let heights = soles.map { contacts in
            contacts.reduce(0) { $0 - $1.weight * $1.position.y }
        }
        height = CyclicCurve(samples: heights, harmonics: Self.harmonics)
    }

    /// The root's distance since phase 0 of the left leg, meters.
    func way(at phase: Double) -> Double {
        strideLength * phase + advance(phase)
    }

    /// The root's height above the ground, meters.
    func height(at phase: Double) -> Double {
        height.callAsFunction(phase)
    }

    /// Heels and balls of both feet relative to the root, and each one's share of the weight.
    private static func soles(
        of legs: LegKinematics, at phase: Double
    ) -> [(position: SIMD3<Double>, weight: Double)] {
        var positions: [SIMD3<Double>] = []
        var heights: [Double] = []
        for side in [Side.left, .right] {
            let leg = legs.leg(side, at: phase)
            // A swinging foot never bears weight, however low a style carries it.
            let lift = 0.1 * swing(phase + side.phaseShift)
            for position in [leg.heel, leg.ball] {
                positions.append(position)
                heights.append(position.y + lift)
            }
        }
        let lowest = heights.min() ?? 0
        let loads = heights.map { exp(-($0 - lowest) / softness) }
        let total = loads.reduce(0, +)
        return zip(positions, loads).map { ($0, $1 / total) }
    }

    /// 0 while a foot is on the ground, 1 in the middle of its swing, smooth between.
    private static func swing(_ phase: Double) -> Double {
        let own = phase - phase.rounded(.down)
        guard own > NormalGait.stance else { return 0 }
        let share = (own - NormalGait.stance) / (1 - NormalGait.stance)
        return sin(.pi * share) * sin(.pi * share)
    }
}
