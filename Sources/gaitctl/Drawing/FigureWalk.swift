import Foundation
import Gait

/// A gait in the walker's own axes (forward, left, up), metres: what is drawn, before any camera.
struct FigureWalk {
    /// What the camera does.
    enum Following {
        /// It goes along, and the ground passes by.
        case walker
        /// It stays where the walk began.
        case world
    }

    /// The joints of every frame, `[T][V]`, relative to the point on the ground that the camera looks at.
    let joints: [[SIMD3<Double>]]
    /// Where that point is on the ground in every frame, (forward, left) from where the walk began.
    let travel: [SIMD2<Double>]
    /// The middle of the head in every frame, in the same axes. The joint of that name is the base of the skull.
    let heads: [SIMD3<Double>]
    /// The height of the person, estimated from the legs, metres.
    let stature: Double

    /// Root displacements below this, in metres, are no walk across the ground.
    private static let standstill = 0.15
    /// How far from a straight line the root may be, metres, for the camera to move evenly along that line.
    private static let straightness = 0.15

    init(_ gait: Gait, following: Following) {
        let axes = Axes(gait)
        var places = (0..<gait.frames).map { frame in
            Joint.allCases.map { axes.place(gait.position(frame: frame, joint: $0)) }
        }
        stature = Self.stature(places)
        let feet = [Joint.leftFoot.rawValue, Joint.rightFoot.rawValue]
        let lowest = places.flatMap { frame in feet.map { frame[$0].z } }.min() ?? 0
        // Feet are ankles, which are 0.039 of the height above the ground (Winter 2009, table 4.1).
        let origin = SIMD3(places[0][0].x, places[0][0].y, lowest - 0.039 * stature)
        for frame in places.indices { for joint in places[frame].indices { places[frame][joint] -= origin } }
        let roots = places.map { SIMD2($0[0].x, $0[0].y) }
        switch following {
        case .world:
            joints = places
            travel = roots.map { _ in .zero }
        case .walker:
            let isOnTheSpot = !roots.contains { Self.length($0) > Self.standstill }
            let camera = isOnTheSpot ? roots.map { _ in .zero } : Self.camera(along: roots)
            travel = isOnTheSpot ? Self.treadmill(places) : camera
            joints = zip(places, camera).map { frame, place in
                frame.map { $0 - SIMD3(place.x, place.y, 0) }
            }
        }
        let rise = Self.headRadius * stature
        heads = joints.map { frame in
            let (neck, head) = (frame[Joint.neck.rawValue], frame[Joint.head.rawValue])
            let length = max(((head - neck) * (head - neck)).sum().squareRoot(), 1e-6)
            return head + (head - neck) / length * rise
        }
    }

    /// The radius of a head, as a share of the height: a head is 0.13 high.
    static let headRadius = 0.065

    /// The line from the first to the last root where the walk is straight; the roots where it is not.
    private static func camera(along roots: [SIMD2<Double>]) -> [SIMD2<Double>] {
        let (first, last) = (roots[0], roots[roots.count - 1])
        let line = roots.indices.map { frame in
            first + (last - first) * (Double(frame) / Double(max(roots.count - 1, 1)))
        }
        let isStraight = zip(roots, line).allSatisfy { length($0 - $1) < straightness }
        return isStraight ? line : roots
    }

    /// How the ground passes under a root that stays in its place, as hip-centred sources have it: as fast as
    /// the lower foot goes backwards.
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
    private static func stature(_ places: [[SIMD3<Double>]]) -> Double {
        var sum = 0.0
        for frame in places {
            for joint in [Joint.leftKnee, .leftFoot, .rightKnee, .rightFoot] {
                guard let parent = joint.parent else { continue }
                let bone = frame[joint.rawValue] - frame[parent.rawValue]
                sum += (bone * bone).sum().squareRoot()
            }
        }
        return max(sum / Double(2 * places.count) / 0.491, 0.1)
    }

    private static func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }
}

extension FigureWalk {
    /// The walker's axes, from the mean direction of hips and shoulders.
    private struct Axes {
        private let forward: SIMD3<Double>
        private let left: SIMD3<Double>

        init(_ gait: Gait) {
            var right = SIMD3<Double>.zero
            for frame in 0..<gait.frames {
                for (from, to) in [(Joint.leftHip, Joint.rightHip), (.leftShoulder, .rightShoulder)] {
                    right += SIMD3<Double>(
                        gait.position(frame: frame, joint: to) - gait.position(frame: frame, joint: from))
                }
            }
            let length = (right.x * right.x + right.z * right.z).squareRoot()
            // Without any width the body is taken to face +z.
            left = length > 1e-6 ? SIMD3(-right.x / length, 0, -right.z / length) : SIMD3(1, 0, 0)
            // Forward is left x up in right-handed axes.
            forward = SIMD3(-left.z, 0, left.x)
        }

        func place(_ position: SIMD3<Float>) -> SIMD3<Double> {
            let position = SIMD3<Double>(position)
            return SIMD3((position * forward).sum(), (position * left).sum(), position.y)
        }
    }
}
