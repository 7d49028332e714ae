import ArgumentParser
import Foundation
import Gait

/// A gait in the walker's own axes (forward, left, up), meters, independent of the camera's view.
struct FigureWalk {
    /// The camera's behavior.
    enum Following {
        /// It moves along, and the ground passes by.
        case walker
        /// It stays at the start of the walk.
        case world
    }

    /// The joints of every frame, `[T][V]`, relative to the camera's target on the ground.
    let joints: [[SIMD3<Double>]]
    /// The target's place on the ground in every frame, (forward, left) from the start of the walk.
    let travel: [SIMD2<Double>]
    /// The middle of the head in every frame, in the same axes; the head joint is the base of the skull.
    let heads: [SIMD3<Double>]
    /// The height of the person, estimated from the legs, meters.
    let stature: Double

    /// Smaller root displacements, in meters, do not count as walking across the ground.
    private static let standstill = 0.15
    /// How far the root may deviate from a straight line, meters, for the camera to move evenly along it.
    private static let straightness = 0.15

    init(_ gait: Gait, following: Following) {
        var places = Self.places(gait)
        stature = Self.stature(gait)
        let feet = [Joint.leftFoot.rawValue, Joint.rightFoot.rawValue]
        let lowest = places.flatMap { frame in feet.map { frame[$0].z } }.min() ?? 0
        // Feet are ankles, which are 0.039 of the height above the ground (Winter 2009, table 4.1).
        let origin = SIMD3(places[0][0].x, places[0][0].y, lowest - 0.039 * stature)
        places = places.map { $0.map { $0 - origin } }
        let roots = places.map { SIMD2($0[0].x, $0[0].y) }
        switch following {
        case .world:
            joints = places
            travel = roots.map { _ in .zero }
        case .walker:
            let isOnTheSpot = !roots.contains { $0.length > Self.standstill }
            let camera = isOnTheSpot ? roots.map { _ in .zero } : Self.camera(along: roots)
            travel = isOnTheSpot ? Self.treadmill(places) : camera
            joints = zip(places, camera).map { frame, place in
                frame.map { $0 - SIMD3(place.x, place.y, 0) }
            }
        }
        let rise = Self.headRadius * stature
        heads = joints.map { frame in
            let (neck, head) = (frame[Joint.neck.rawValue], frame[Joint.head.rawValue])
            return head + (head - neck) / max((head - neck).length, 1e-6) * rise
        }
    }

    /// The radius of a head, as a share of the height: a head is 0.13 high.
    static let headRadius = 0.065

    /// The line from the first to the last root for a straight walk, otherwise the roots.
    private static func camera(along roots: [SIMD2<Double>]) -> [SIMD2<Double>] {
        let (first, last) = (roots[0], roots[roots.count - 1])
        let line = roots.indices.map { frame in
            first + (last - first) * (Double(frame) / Double(max(roots.count - 1, 1)))
        }
        let isStraight = zip(roots, line).allSatisfy { ($0 - $1).length < straightness }
        return isStraight ? line : roots
    }

    /// The ground's motion under a root that stays in place, as in hip-centered sources: as fast as the lower foot moves
    /// back.
    private static func treadmill(_ places: [[SIMD3<Double>]]) -> [SIMD2<Double>] {
        var way = 0.0
        for (earlier, later) in zip(places, places.dropFirst()) {
            let (left, right) = (Joint.leftFoot.rawValue, Joint.rightFoot.rawValue)
            let foot = earlier[left].z + later[left].z < earlier[right].z + later[right].z ? left : right
            way += (earlier[foot].x - earlier[0].x) - (later[foot].x - later[0].x)
        }
        let step = way > standstill ? way / Double(max(places.count - 1, 1)) : 0
        return places.indices.map { SIMD2(step * Double($0), 0) }
    }

    /// Thigh and shank are 0.491 of the height (Winter 2009); the mean over frames and sides.
    private static func stature(_ gait: Gait) -> Double {
        let bones = (0..<gait.frames).flatMap { frame in
            [Joint.leftKnee, .leftFoot, .rightKnee, .rightFoot].map {
                Double(gait.boneLength(frame: frame, joint: $0))
            }
        }
        return max(bones.reduce(0, +) / Double(2 * gait.frames) / 0.491, 0.1)
    }

    /// The joints of every frame in the walker's axes, which the mean direction of hips and shoulders gives.
    private static func places(_ gait: Gait) -> [[SIMD3<Double>]] {
        let right = (0..<gait.frames).reduce(SIMD3<Double>.zero) {
            $0 + SIMD3<Double>(gait.leftToRight(frame: $1))
        }
        // A body without width counts as facing +z.
        let left = right.length > 1e-6 ? -right / right.length : SIMD3(1, 0, 0)
        // Forward is left x up in right-handed axes.
        let forward = SIMD3(-left.z, 0, left.x)
        return (0..<gait.frames).map { frame in
            Joint.allCases.map { joint in
                let position = SIMD3<Double>(gait.position(frame: frame, joint: joint))
                return SIMD3(position.dot(forward), position.dot(left), position.y)
            }
        }
    }
}

/// The viewpoint, relative to the walker's direction.
enum FigureView: String, CaseIterable, ExpressibleByArgument {
    /// From ahead: the walker's left is on the viewer's right.
    case front
    /// From the walker's right: the walk goes to the right.
    case side
    /// From between ahead and the walker's right.
    case oblique

    /// The angle around the walker, radians: 0 ahead, a quarter turn at the walker's right. And how far the camera looks
    /// down: enough to show the ground.
    private var angles: (azimuth: Double, elevation: Double) {
        switch self {
        case .front: (0, 0.17)
        case .side: (.pi / 2, 0.15)
        case .oblique: (0.85, 0.2)
        }
    }

    /// A place in the walker's axes (forward, left, up) on the picture: right and down, in the same unit.
    func project(_ place: SIMD3<Double>) -> SIMD2<Double> {
        let (azimuth, elevation) = angles
        let right = place.y * cos(azimuth) + place.x * sin(azimuth)
        let toward = place.x * cos(azimuth) - place.y * sin(azimuth)
        return SIMD2(right, toward * sin(elevation) - place.z * cos(elevation))
    }

    /// How much flatter a circle on the ground appears.
    var groundFlattening: Double { sin(angles.elevation) }
}
