package import Gait

/// Robots that watch people walk, and the bodies that their skeleton sources report.
package struct SimulatedScene {
    /// The contents of a scene.
    package struct Options: Sendable {
        package var robots: Int
        package var people: Int
        /// How the people walk, in turn.
        package var emotions: [Emotion]
        package var layout: SkeletonLayout
        /// The world; each body's root, as in hip-centered estimators; or the pictures of cameras that move along.
        package var origin: CoordinateOrigin
        /// Units, axes and tilt of every robot's sensor.
        package var frame: SensorFrame
        package var hasIDs: Bool
        /// The confidence of every joint; nil: the source reports none.
        package var confidence: Float?
        /// The standard deviation of every coordinate, meters.
        package var noise: Float
        /// The probability that a joint is missing, 0...1.
        package var dropProbability: Float
        package var seed: UInt64

        package init(
            robots: Int = 2, people: Int = 4, emotions: [Emotion] = Emotion.allCases,
            layout: SkeletonLayout = .step16, origin: CoordinateOrigin = .world,
            frame: SensorFrame = SensorFrame(), hasIDs: Bool = true, confidence: Float? = nil,
            noise: Float = 0,
            dropProbability: Float = 0, seed: UInt64 = 1
        ) {
            (self.robots, self.people, self.emotions, self.seed) = (robots, people, emotions, seed)
            (self.layout, self.frame) = (layout, frame)
            (self.origin, self.hasIDs) = (origin, hasIDs)
            (self.confidence, self.noise, self.dropProbability) = (confidence, noise, dropProbability)
        }
    }

    /// One person, seen by one robot.
    package struct Person {
        package let robot: String
        package let id: String
        package let walker: Walker
        var sensor: SkeletonSensor
    }

    /// One body as a robot reports it.
    package struct Body: Sendable {
        /// Nil if the source gives none.
        package let id: String?
        /// The joints in the layout's order and the sensor's frame, or in pixels with a z of 0; nil for a missing one.
        package let joints: [SIMD3<Float>?]
    }

    package let options: Options
    /// The camera of every robot; nil if the robots send no keypoints.
    package let camera: FollowingCamera?
    package let robots: [String]
    package private(set) var people: [Person]

    /// Deals the people to the robots `r1`, `r2` … in turn, and the emotions to the people.
    package init(_ options: Options) {
        self.options = options
        camera = options.origin == .image ? FollowingCamera() : nil
        let robots = (1...options.robots).map { "r\($0)" }
        self.robots = robots
        people = (0..<options.people).map { index in
            // Far apart, so that the seeds of two scenes share no person.
            let seed = options.seed &* 1_000_003 &+ UInt64(index)
            return Person(
                robot: robots[index % robots.count], id: "\(index + 1)",
                walker: Walker(
                    emotion: options.emotions[index % options.emotions.count], seed: seed,
                    options: Walker.Options(start: SIMD3(Float(3 * index), 0, 0))),
                sensor: SkeletonSensor(
                    layout: options.layout, noise: options.noise, dropProbability: options.dropProbability,
                    seed: seed))
        }
    }

    /// The bodies that each robot reports at a time in seconds since the scene began, in the order of the robots.
    package mutating func bodies(at time: Double) -> [(robot: String, bodies: [Body])] {
        var found = robots.map { (robot: $0, bodies: [Body]()) }
        for index in people.indices {
            var pose = people[index].walker.pose(at: time)
            let (root, robot) = (pose[.root], index % robots.count)
            if options.origin == .root { pose = pose.mapped { $0 - root } }
            let observed = people[index].sensor.observe(pose)
            let joints =
                camera?.observe(
                    observed, root: root, place: found[robot].bodies.count,
                    of: (people.count - robot + robots.count - 1) / robots.count)
                ?? observed.map { $0.map(options.frame.report) }
            found[robot].bodies.append(
                Body(id: options.hasIDs ? people[index].id : nil, joints: joints))
        }
        return found
    }
}

/// The clock by which simulated robots stamp their frames.
package struct RobotClock: Sendable, Equatable {
    /// Seconds by which the clock is ahead of the wall clock at the start; negative: behind.
    package var offset: Double
    /// How much faster than the wall clock it runs, in millionths; negative: slower.
    package var drift: Double
    /// Whether frames are stamped at all.
    package var isSent: Bool

    package init(offset: Double = 0, drift: Double = 0, isSent: Bool = true) {
        (self.offset, self.drift, self.isSent) = (offset, drift, isSent)
    }

    /// The clock's time in a frame, seconds, never less than zero; nil if it is not sent.
    ///
    /// - Parameters:
    ///   - start: the wall clock's time at the start.
    ///   - elapsed: seconds since then.
    package func stamp(start: Double, elapsed: Double) -> Double? {
        guard isSent else { return nil }
        return max(start + offset + elapsed * (1 + drift * 1e-6), 0)
    }
}
