import Foundation

/// How the legs of a gait move: what tells walking from everything else that people do on their feet.
///
/// The figures ignore travel, since hip-centered sources have none and a moving robot adds its own. Speed comes from foot
/// odometry instead: while a foot stands, the root passes over it. All lengths are shares of the leg's, and all directions
/// are the body's own: forward is level, at a right angle to hips and shoulders.
///
/// In 1,595 windows of recorded walks the feet swing by at least 0.17 but for one, at least 0.65 forward, rise together by
/// at most 0.08 and correlate by at most -0.33; the knees bend by 0.08 to 0.23.
package struct LegMotion: Sendable, Equatable {
    /// The median length of thigh and shank together over both legs, meters.
    package let legLength: Float
    /// How far the feet swing against each other: the standard deviation of the vector between them.
    ///
    /// It is the lower of two readings. From the body's own view, a body that turns as a whole has none; from the
    /// source's view, one that twists above planted feet has none.
    package let swing: Float
    /// The correlation of the two feet along the level line on which they swing most, -1...1: near -1 if they alternate,
    /// positive in jumps, squats and sitting down.
    package let correlation: Float
    /// How much of that line is forward, 0...1.
    package let forwardShare: Float
    /// How often one foot passes the other.
    package let steps: Int
    /// The standard deviation of the feet's mean height below the root: large in jumps and squats.
    package let commonRise: Float
    /// The root's velocity over the standing foot, leg lengths a second: forward and to the left.
    package let forwardSpeed: Float
    package let sidewaysSpeed: Float
    /// How far the knees are in front of the lines from hip to ankle. Knees bend forward only, so the figure is negative
    /// if left and right are exchanged.
    package let kneeFlexion: Float
    /// The mean cosine of the angle between hips and shoulders seen from above: negative if only the legs, or only the
    /// arms, are exchanged.
    package let alignment: Float
    /// The mean cosine of the trunk's tilt: 1 if it is upright, -1 if it is upside down.
    package let trunkUprightness: Float
    /// The mean cosine of the tilt of the line from the feet to the head.
    package let bodyUprightness: Float

    /// How fast the body turns to either side, radians a second: the mean over the frames.
    package let turnRate: Float

    /// The speed that the swing would give if each foot stood while the other passes it, leg lengths a second.
    package let stepSpeed: Float

    /// The speed in any direction, leg lengths a second.
    package var speed: Float { SIMD2(forwardSpeed, sidewaysSpeed).length }

    package init(_ gait: Gait) {
        let leg = Self.legLength(of: gait)
        legLength = leg
        // Noise of single frames is no swing. Four passes halve white noise and leave a stride's 1 Hz whole.
        let frames = OwnFrames(gait.smoothed(passes: 4))
        guard leg > 0, frames.count > 2 else {
            (swing, correlation, forwardShare, steps, commonRise, stepSpeed) = (0, 0, 0, 0, 0, 0)
            (forwardSpeed, sidewaysSpeed, kneeFlexion) = (0, 0, 0)
            (trunkUprightness, bodyUprightness, alignment, turnRate) = (0, 0, 1, 0)
            return
        }
        let between = zip(frames.left, frames.right).map { $0 - $1 }
        swing = min(deviation(frames.seenBetween), deviation(between)) / leg
        let line = SwingLine(between)
        forwardShare = abs(line.direction.y)
        let left = frames.left.map(line.along)
        let right = frames.right.map(line.along)
        correlation = Self.correlation(left, right)
        steps = Self.crossings(zip(left, right).map { $0 - $1 })
        // At each step the feet are furthest apart: by √2 standard deviations.
        stepSpeed = swing * Float(2).squareRoot() * Float(steps) * Gait.frameRate / Float(frames.count)
        commonRise = deviation(zip(frames.left, frames.right).map { SIMD3(0, ($0.y + $1.y) / 2, 0) }) / leg
        let velocity = frames.velocityOverStandingFoot / leg
        (sidewaysSpeed, forwardSpeed) = (velocity.x, velocity.y)
        kneeFlexion = frames.kneeFlexion / leg
        (trunkUprightness, bodyUprightness) = (frames.trunkUprightness, frames.bodyUprightness)
        (alignment, turnRate) = (frames.alignment, frames.turnRate)
    }

    private static func legLength(of gait: Gait) -> Float {
        let lengths = [Joint.leftKnee, .leftFoot, .rightKnee, .rightFoot].map { joint in
            median((0..<gait.frames).map { gait.boneLength(frame: $0, joint: joint) })
        }
        return lengths.reduce(0, +) / 2
    }

    private static func correlation(_ one: [Float], _ other: [Float]) -> Float {
        let means = (one.reduce(0, +) / Float(one.count), other.reduce(0, +) / Float(other.count))
        let (a, b) = (one.map { $0 - means.0 }, other.map { $0 - means.1 })
        let scale = (a.dot(a) * b.dot(b)).squareRoot()
        return scale > 0 ? a.dot(b) / scale : 0
    }

    /// How often the values go from well above their mean to well below it, or back: by half a standard deviation, so
    /// that feet that tremble side by side make no steps.
    private static func crossings(_ values: [Float]) -> Int {
        let mean = values.reduce(0, +) / Float(values.count)
        let centered = values.map { $0 - mean }
        let margin = (centered.dot(centered) / Float(centered.count)).squareRoot() / 2
        var (side, crossings): (Float, Int) = (0, 0)
        for value in centered where abs(value) > margin {
            if side != 0, value.sign != side.sign { crossings += 1 }
            side = value
        }
        return crossings
    }
}

/// The standard deviation of vectors, along all three axes together.
private func deviation(_ vectors: [SIMD3<Float>]) -> Float {
    let count = Float(vectors.count)
    let mean = vectors.reduce(.zero, +) / count
    return (vectors.reduce(0) { $0 + ($1 - mean).dot($1 - mean) } / count).squareRoot()
}

/// The level line on which vectors vary most: the larger principal axis of their x (left) and z (forward).
private struct SwingLine {
    /// Left and forward.
    let direction: SIMD2<Float>

    init(_ vectors: [SIMD3<Float>]) {
        let mean = vectors.reduce(.zero, +) / Float(vectors.count)
        var (xx, xz, zz): (Float, Float, Float) = (0, 0, 0)
        for vector in vectors {
            let (x, z) = (vector.x - mean.x, vector.z - mean.z)
            (xx, xz, zz) = (xx + x * x, xz + x * z, zz + z * z)
        }
        let spread = (((xx - zz) / 2) * ((xx - zz) / 2) + xz * xz).squareRoot()
        let largest = (xx + zz) / 2 + spread
        // Of the two rows that give the axis, the longer: the other may vanish.
        let rows = (SIMD2(xz, largest - xx), SIMD2(largest - zz, xz))
        let axis = rows.0.length > rows.1.length ? rows.0 : rows.1
        direction = axis.length > 0 ? axis / axis.length : SIMD2(0, 1)
    }

    func along(_ vector: SIMD3<Float>) -> Float { vector.x * direction.x + vector.z * direction.y }
}

/// Feet and knees in the body's own axes, x left, y up, z forward, relative to the root.
private struct OwnFrames {
    private(set) var left: [SIMD3<Float>] = []
    private(set) var right: [SIMD3<Float>] = []
    /// From the right foot to the left in the source's axes.
    private(set) var seenBetween: [SIMD3<Float>] = []
    private(set) var kneeFlexion: Float = 0
    private(set) var alignment: Float = 0
    private(set) var turnRate: Float = 0
    private(set) var trunkUprightness: Float = 0
    private(set) var bodyUprightness: Float = 0
    /// Left and forward, meters a second: the mean over the frames.
    private(set) var velocityOverStandingFoot = SIMD2<Float>.zero

    var count: Int { left.count }

    init(_ gait: Gait) {
        var axes: [SIMD3<Float>] = []
        var feet: [(left: SIMD3<Float>, right: SIMD3<Float>)] = []
        for frame in 0..<gait.frames {
            func joint(_ joint: Joint) -> SIMD3<Float> { gait.position(frame: frame, joint: joint) }
            guard let axis = (-gait.leftToRight(frame: frame)).normalized else { continue }
            let root = joint(.root)
            let places = (left: joint(.leftFoot) - root, right: joint(.rightFoot) - root)
            axes.append(axis)
            feet.append(places)
            left.append(Self.own(places.left, axis))
            right.append(Self.own(places.right, axis))
            seenBetween.append(places.left - places.right)
            for (hip, knee, foot) in [
                (Joint.leftHip, Joint.leftKnee, Joint.leftFoot), (.rightHip, .rightKnee, .rightFoot),
            ] {
                let (line, thigh) = (joint(foot) - joint(hip), joint(knee) - joint(hip))
                let along = line.normalized ?? .zero
                kneeFlexion += Self.own(thigh - along * thigh.dot(along), axis).z / 2
            }
            let (hips, shoulders) = (
                joint(.rightHip) - joint(.leftHip), joint(.rightShoulder) - joint(.leftShoulder)
            )
            let level = SIMD3<Float>(1, 0, 1)
            if let hips = (hips * level).normalized, let shoulders = (shoulders * level).normalized {
                alignment += hips.dot(shoulders)
            }
            trunkUprightness += (joint(.neck) - root).normalized?.y ?? 0
            bodyUprightness +=
                (joint(.head) - (joint(.leftFoot) + joint(.rightFoot)) / 2).normalized?.y ?? 0
        }
        let count = Float(max(self.count, 1))
        kneeFlexion /= count
        alignment /= count
        trunkUprightness /= count
        bodyUprightness /= count
        velocityOverStandingFoot = Self.velocity(feet, axes)
        turnRate = Self.turnRate(axes)
    }

    /// - Parameter axes: The level unit vectors to the body's left.
    private static func turnRate(_ axes: [SIMD3<Float>]) -> Float {
        guard axes.count > 1 else { return 0 }
        let turns = zip(axes, axes.dropFirst()).map { abs(atan2($0.cross($1).y, $0.dot($1))) }
        return turns.reduce(0, +) / Float(turns.count) * Gait.frameRate
    }

    /// Foot odometry. The lower foot stands: the root moves against it.
    private static func velocity(
        _ feet: [(left: SIMD3<Float>, right: SIMD3<Float>)], _ axes: [SIMD3<Float>]
    ) -> SIMD2<Float> {
        var sum = SIMD2<Float>.zero
        guard feet.count > 2 else { return sum }
        for frame in 1..<feet.count - 1 {
            let isLeft = feet[frame].left.y < feet[frame].right.y
            let moved =
                isLeft
                ? feet[frame - 1].left - feet[frame + 1].left : feet[frame - 1].right - feet[frame + 1].right
            let own = Self.own(moved, axes[frame])
            sum += SIMD2(own.x, own.z) * (Gait.frameRate / 2)
        }
        return sum / Float(feet.count - 2)
    }

    /// - Parameter left: The level unit vector to the body's left.
    private static func own(_ vector: SIMD3<Float>, _ left: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(vector.dot(left), vector.y, vector.dot(left.cross(SIMD3(0, 1, 0))))
    }
}
