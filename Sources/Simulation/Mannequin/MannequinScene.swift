package import Gait

/// People before a camera: shaded figures on textured ground, with the true places of their joints.
///
/// Apart from its drawing buffers, a pure function of people, camera, seed and time.
package struct MannequinScene {
    /// One person.
    package struct Person: Sendable {
        package var motion: FigureMotion
        package var appearance: MannequinAppearance

        package init(motion: FigureMotion, appearance: MannequinAppearance) {
            (self.motion, self.appearance) = (motion, appearance)
        }

        package init(walker: Walker, appearance: MannequinAppearance) {
            self.init(motion: .walker(walker), appearance: appearance)
        }
    }

    package let people: [Person]
    package let camera: PinholeCamera

    private let view: CameraView
    /// Toward the light, in the world.
    private let light: SIMD3<Float>
    private let background: [UInt8]
    private var raster: FigureRaster
    private var capsules: [TaperedCapsule] = []

    /// - Parameter seed: determines background and light.
    package init(people: [Person], camera: PinholeCamera, seed: UInt64) {
        self.people = people
        self.camera = camera
        view = camera.view
        var generator = SeededGenerator(seed: seed)
        let side = generator.uniform(-0.8...0.8)
        let front = generator.uniform(0.1...0.9)
        light = (side * view.right - front * view.ahead + SIMD3(0, 1.6, 0)).unit(or: SIMD3(0, 1, 0))
        background = MannequinBackground(seed: seed).render(for: camera)
        raster = FigureRaster(width: camera.width, height: camera.height)
        capsules.reserveCapacity(MannequinBody.parts)
    }

    /// The image at a time in seconds since the scene began: red, green and blue, row by row.
    package mutating func render(at time: Double) -> [UInt8] {
        let poses = people.map { $0.motion.pose(at: time) }
        raster.begin(background: background, light: view.direction(light))
        for pose in poses { GroundShadow.draw(pose, light: light, in: view, onto: &raster) }
        // From back to front, so that smooth edges blend with whatever is behind them.
        let order = poses.indices.sorted { view.point(poses[$0][.root]).z > view.point(poses[$1][.root]).z }
        for index in order {
            capsules.removeAll(keepingCapacity: true)
            MannequinBody.append(poses[index], people[index].appearance, to: &capsules)
            let view = view
            capsules.sort { $0.nearestDistance(in: view) > $1.nearestDistance(in: view) }
            for capsule in capsules { raster.draw(capsule, in: view) }
        }
        return raster.pixels
    }

    /// The places of all joints at a time, in the order of the people.
    package func truth(at time: Double) -> [MannequinTruth] {
        people.indices.map { index in
            MannequinTruth(
                person: index + 1, emotion: people[index].motion.label,
                pose: people[index].motion.pose(at: time), view: view)
        }
    }
}

/// How a figure moves: as a simulated walker does, or as somebody who was recorded.
package enum FigureMotion: Sendable {
    case walker(Walker)
    /// 30 frames a second; before and after them the person stands still.
    case recording(Gait, label: String)

    /// The emotion of the walk, or the recording's label.
    package var label: String {
        switch self {
        case .walker(let walker): walker.emotion.rawValue
        case .recording(_, let label): label
        }
    }

    /// The pose at a time in seconds since the scene began, meters, y up.
    package func pose(at time: Double) -> Pose {
        switch self {
        case .walker(let walker): return walker.pose(at: time)
        case .recording(let gait, _):
            let place = min(max(time * Double(Gait.frameRate), 0), Double(gait.frames - 1))
            let (frame, share) = (Int(place), Float(place.truncatingRemainder(dividingBy: 1)))
            let next = min(frame + 1, gait.frames - 1)
            var pose = Pose()
            for joint in Joint.allCases {
                let from = gait.position(frame: frame, joint: joint)
                pose[joint] = from + share * (gait.position(frame: next, joint: joint) - from)
            }
            return pose
        }
    }
}

/// The true places of one person's joints in a rendered image: the output of a perfect estimator.
package struct MannequinTruth: Encodable, Sendable, Equatable {
    /// The person's number in the scene, from 1.
    package let person: Int
    /// The emotion of the person's walk, or the recording's label.
    package let emotion: String
    /// The 16 joints in the order of `Joint`, meters: in the world, y up.
    package let world: [[Float]]
    /// In the camera's frame: x right, y down, z away from it.
    package let camera: [[Float]]
    /// In the image: pixels from its left and its top, including joints that are hidden or outside; nil for joints behind
    /// the camera.
    package let pixels: [[Float]?]

    /// - Parameter pose: with all its joints, in the world.
    init(person: Int, emotion: String, pose: Pose, view: CameraView) {
        self.person = person
        self.emotion = emotion
        let points = Joint.allCases.map { view.point(pose[$0]) }
        world = Joint.allCases.map { [pose[$0].x, pose[$0].y, pose[$0].z] }
        camera = points.map { [$0.x, $0.y, $0.z] }
        pixels = points.map { point in
            guard point.z > 0 else { return nil }
            let pixel = view.pixel(point)
            return [pixel.x, pixel.y]
        }
    }
}
