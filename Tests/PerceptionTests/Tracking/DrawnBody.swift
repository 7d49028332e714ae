import Foundation

@testable import Perception

/// Landmarks of somebody who stands in an image, without an image.
struct DrawnBody {
    /// The middle of the hips, pixels.
    var place: SIMD2<Float>
    /// From the nose to the ankles, pixels.
    var height: Float = 200
    /// Clockwise, radians: 0 stands, pi / 2 lies.
    var turn: Float = 0
    var score: Float = 0.95

    /// Half widths and heights above the hips, as shares of the height.
    private static let shares: [(SIMD2<Float>, ClosedRange<Int>)] = [
        (SIMD2(0.02, -0.55), 0...10), (SIMD2(0.12, -0.36), 11...12), (SIMD2(0.15, -0.18), 13...14),
        (SIMD2(0.15, 0), 15...22), (SIMD2(0.08, 0), 23...24), (SIMD2(0.08, 0.22), 25...26),
        (SIMD2(0.08, 0.45), 27...32),
    ]

    var landmarks: BodyLandmarks {
        var positions: [SIMD3<Float>] = []
        for (offset, indices) in Self.shares {
            for index in indices {
                let side: Float = index.isMultiple(of: 2) ? -1 : 1
                let (x, y) = (side * offset.x * height, offset.y * height)
                let (sine, cosine) = (Self.sine(turn), Self.sine(turn + .pi / 2))
                positions.append(
                    SIMD3(place.x + x * cosine - y * sine, place.y + x * sine + y * cosine, 0))
            }
        }
        return BodyLandmarks(
            score: score, positions: positions, visibility: Array(repeating: 1, count: 33),
            world: positions.map { ($0 - SIMD3(place.x, place.y, 0)) * (1.6 / height) }, nextRegion: region)
    }

    var region: PoseRegion { PoseRegion(center: place, side: 1.3 * height, rotation: turn) }

    /// Points turned about the upright axis, radians.
    static func turned(_ points: [SIMD3<Float>], by angle: Float) -> [SIMD3<Float>] {
        let (sine, cosine) = (sine(angle), sine(angle + .pi / 2))
        return points.map { SIMD3(cosine * $0.x + sine * $0.z, $0.y, cosine * $0.z - sine * $0.x) }
    }

    private static func sine(_ angle: Float) -> Float { Float(sin(Double(angle))) }
}
