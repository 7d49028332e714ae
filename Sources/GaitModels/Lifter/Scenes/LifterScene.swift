import Foundation
package import Gait

/// A window that a lifter learns from or is tested with: what a camera saw, and what was there.
package struct LifterScene: Sendable {
    package let window: ImageWindow
    /// `[T, V, 3]`: the joints from the middle of the hips, meters, in the camera's level frame; the body has the size of
    /// the typical one, see ``LifterConfiguration/bodyLength``.
    package let target: [Float]
    /// How far the camera looked down on average, degrees.
    package let tilt: Float
    /// From the typical body's size to the person's own.
    package let scale: Float
    /// From the camera to the middle of the hips in the window's middle, meters.
    package let distance: Float

    /// The person as a gait, meters of the person's own size.
    package var truth: Gait { gait(scale: scale) }

    /// The person as a gait in the size of the typical body.
    var typicalBody: Gait { gait(scale: 1) }

    private func gait(scale: Float) -> Gait {
        LiftedBody.gait { frame, joint in
            let place = (frame * LifterJoints.count + joint) * 3
            return scale * SIMD3(target[place], target[place + 1], target[place + 2])
        }
    }

    /// What a camera sees of 75 frames of a gait.
    ///
    /// - Parameters:
    ///   - gait: as ``JointNormalization/limbs`` has it, meters, y up, in the world.
    ///   - headLength: how far the estimator's head is from the neck, as a share of the gait's.
    ///   - assumesView: whether the source does not know its focal length.
    ///   - bodyLength: the typical body's, meters.
    package init(
        _ gait: Gait, seenBy camera: VirtualCamera, noise: KeypointNoise, headLength: Float = 1,
        assumesView: Bool = false, bodyLength: Float, using generator: inout SeededGenerator
    ) {
        let frames = Gait.windowFrames
        let own = BodySize(gait).length
        scale = own / bodyLength
        // A body is 1.3 times as high as torso and legs are long.
        let height = 1.3 * own
        let zoom =
            assumesView ? tan(ImageGeometry.assumedFieldOfView * .pi / 360) / camera.halfView.x : 1
        var rays: [SIMD2<Float>] = []
        var isShown: [Bool] = []
        var heights: [Float] = []
        var target: [Float] = []
        rays.reserveCapacity(frames * LifterJoints.count)
        isShown.reserveCapacity(frames * LifterJoints.count)
        target.reserveCapacity(frames * LifterJoints.coordinates)
        for frame in 0..<frames {
            let root = gait.position(frame: frame, joint: .root)
            heights.append(zoom * height / max(camera.ray(to: root, frame: frame).depth, 0.3))
            let neck = gait.position(frame: frame, joint: .neck)
            for joint in ImageWindow.joints {
                let place = gait.position(frame: frame, joint: joint)
                let drawn = joint == .head ? neck + (place - neck) * headLength : place
                let seen = camera.ray(to: drawn, frame: frame)
                isShown.append(seen.depth > 0.3 && camera.shows(seen.ray))
                rays.append(seen.ray * zoom)
                let relative = camera.level(place - root, frame: frame) / scale
                target += [relative.x, relative.y, relative.z]
            }
        }
        self.target = target
        let middle = frames / 2
        distance = (gait.position(frame: middle, joint: .root) - camera.positions[middle]).length
        tilt = camera.tilts.reduce(0, +) / Float(max(camera.tilts.count, 1)) * 180 / .pi
        window = noise(
            rays, heights: heights, isShown: isShown,
            bearing: camera.bearing(of: gait, frame: middle), using: &generator)
    }
}

/// How large a body is: the lengths of torso, thigh and shank together, meters, medians over the frames.
struct BodySize {
    let length: Float

    init(_ gait: Gait) {
        func middle(_ one: Joint, _ other: Joint, _ frame: Int) -> SIMD3<Float> {
            (gait.position(frame: frame, joint: one) + gait.position(frame: frame, joint: other)) / 2
        }
        let torsos = (0..<gait.frames).map { frame in
            (middle(.leftShoulder, .rightShoulder, frame) - middle(.leftHip, .rightHip, frame)).length
        }
        let bones = [Joint.leftKnee, .rightKnee, .leftFoot, .rightFoot].map { joint in
            median((0..<gait.frames).map { gait.boneLength(frame: $0, joint: joint) })
        }
        length = max(median(torsos) + bones.reduce(0, +) / 2, 0.1)
    }
}

/// Draws the scenes that a lifter learns from.
package struct LifterSceneSource: Sendable {
    /// The share of people who stand.
    package var standing: Float = 0.25
    /// The share of walks that go backward.
    package var backward: Float = 0.06
    /// The share of people who walk on the spot, as on a treadmill.
    package var treadmill: Float = 0.08
    /// Whether people are varied; the given ones are seen otherwise.
    package var varies = true
    /// The shares of noise that is bad, and of none.
    package var bad: Float = 0.2
    package var clean: Float = 0.05
    /// The estimators whose errors are imitated, and the share of windows with them.
    package var estimators: [EstimatorErrors] = []
    package var imitated: Float = 0.35
    package var placement = CameraPlacement.training
    package let bodyLength: Float

    package init(bodyLength: Float) { self.bodyLength = bodyLength }

    /// How far estimators find the head from the neck, as a share of what ``JointNormalization/limbs`` has: between the
    /// base of the skull and its top.
    private static let headLengths: ClosedRange<Float> = 0.9...2

    /// A scene with a walk, or with its walker standing.
    ///
    /// - Parameter gait: as ``JointNormalization/limbs`` has it.
    package func scene(of gait: Gait, using generator: inout SeededGenerator) -> LifterScene {
        var person = window(of: gait, using: &generator)
        if varies { person = vary(person, using: &generator) }
        person = JointNormalization.limbs.apply(to: person)
        let ground = Self.ground(of: person)
        let camera = placement.camera(watching: person, ground: ground, using: &generator)
        return LifterScene(
            person, seenBy: camera, noise: noise(using: &generator),
            headLength: generator.uniform(Self.headLengths),
            assumesView: generator.uniform(0...1) < 0.5, bodyLength: bodyLength, using: &generator)
    }

    private func noise(using generator: inout SeededGenerator) -> KeypointNoise {
        let kind = generator.uniform(0...1)
        if kind < bad { return .bad }
        if kind < bad + clean { return .none }
        guard !estimators.isEmpty, kind < bad + clean + imitated else { return .ordinary }
        return .imitating(estimators[Int.random(in: estimators.indices, using: &generator)])
    }

    /// 75 frames from a random place, at another tempo; of a gait that is too short, all of it, slowed down.
    private func window(of gait: Gait, using generator: inout SeededGenerator) -> Gait {
        let tempo = varies ? generator.uniform(0.8...1.25) : 1
        let needed = Int((Float(Gait.windowFrames) * tempo).rounded(.up)) + 1
        let start = Int.random(in: 0...max(gait.frames - needed, 0), using: &generator)
        var cut = gait.slice(start: start, frames: needed)
        if cut.frames < needed { cut = gait }
        let speed = min(tempo, Float(cut.frames - 1) / Float(Gait.windowFrames - 1))
        cut = speed == 1 ? cut : cut.resampled(speed: max(speed, 0.1))
        cut = cut.slice(start: 0, frames: Gait.windowFrames)
        return cut.frames == Gait.windowFrames ? cut : cut.padded(to: Gait.windowFrames)
    }

    private func vary(_ gait: Gait, using generator: inout SeededGenerator) -> Gait {
        var person = generator.uniform(0...1) < 0.5 ? gait.mirrored() : gait
        person = BodyVariation.random(using: &generator).apply(to: person)
        if generator.uniform(0...1) < standing {
            return StandingPerson(using: &generator).apply(to: person, frames: Gait.windowFrames)
        }
        if generator.uniform(0...1) < backward { person = person.reversed() }
        if generator.uniform(0...1) < treadmill { person = person.onTheSpot() }
        return person
    }

    /// The height of the ground under a gait, meters: below its lower ankle.
    package static func ground(of gait: Gait) -> Float {
        let feet = (0..<gait.frames).flatMap { frame in
            [Joint.leftFoot, .rightFoot].map { gait.position(frame: frame, joint: $0).y }
        }
        return (feet.min() ?? Gait.ankleHeight) - Gait.ankleHeight
    }
}

extension Gait {
    /// The frames in the opposite order: a walk backward.
    func reversed() -> Gait {
        Gait(
            validated: (0..<frames).reversed().flatMap { frame in
                coordinates[frame * Gait.valuesPerFrame..<(frame + 1) * Gait.valuesPerFrame]
            })
    }

    /// The walk without its way over the ground, in the place of the first frame.
    func onTheSpot() -> Gait {
        var gait = self
        let start = position(frame: 0, joint: .root)
        for frame in 0..<frames {
            let way = (position(frame: frame, joint: .root) - start) * SIMD3(1, 0, 1)
            for joint in Joint.allCases {
                gait.set(position(frame: frame, joint: joint) - way, frame: frame, joint: joint)
            }
        }
        return gait
    }

    /// The gait with its last frame repeated.
    func padded(to frames: Int) -> Gait {
        let last = coordinates.suffix(Gait.valuesPerFrame)
        let missing = max(frames - self.frames, 0)
        return Gait(validated: coordinates + (0..<missing).flatMap { _ in last })
    }
}
