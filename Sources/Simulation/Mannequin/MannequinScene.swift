import Gait

/// People whom a camera sees: shaded figures on textured ground, and where their joints truly are.
///
/// A pure function of its people, camera, seed and time, but for the buffers that it draws into.
package struct MannequinScene {
    /// One person.
    package struct Person: Sendable {
        package var walker: Walker
        package var appearance: MannequinAppearance

        package init(walker: Walker, appearance: MannequinAppearance) {
            self.walker = walker
            self.appearance = appearance
        }
    }

    package let people: [Person]
    package let camera: PinholeCamera

    private let view: CameraView
    /// Towards the light, in the world.
    private let light: SIMD3<Float>
    private let background: [UInt8]
    private var raster: FigureRaster
    private var capsules: [TaperedCapsule] = []

    /// - Parameter seed: Decides about background and light.
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

    /// The image at a time in seconds since the scene began: red, green and blue, row by row; good until the next.
    package mutating func render(at time: Double) -> [UInt8] {
        let poses = people.map { $0.walker.pose(at: time) }
        raster.begin(background: background, light: view.direction(light))
        for pose in poses { GroundShadow.draw(pose, light: light, in: view, onto: &raster) }
        // From back to front, so that smooth edges mix with what is behind them.
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

    /// Where everybody's joints are at a time, in the order of the people.
    package func truth(at time: Double) -> [MannequinTruth] {
        people.indices.map { index in
            MannequinTruth(
                person: index + 1, emotion: people[index].walker.emotion.rawValue,
                pose: people[index].walker.pose(at: time), view: view)
        }
    }
}
