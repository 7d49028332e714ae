import Foundation
import Gait
import Testing

@testable import Simulation

struct WalkerTests {
    private static let seeds: [UInt64] = [1, 2, 3, 4, 5]

    /// The root's mean horizontal speed over 10 s, meters per second.
    private func travelSpeed(_ gait: Gait) -> Float {
        var way: Float = 0
        for frame in 1..<gait.frames {
            var step =
                gait.position(frame: frame, joint: .root) - gait.position(frame: frame - 1, joint: .root)
            step.y = 0
            way += length(step)
        }
        return way / Float(gait.frames - 1) * Gait.frameRate
    }

    /// What a value of a joint ranges over.
    private func range(_ gait: Gait, _ value: (Int) -> Float) -> Float {
        let values = (0..<gait.frames).map(value)
        return (values.max() ?? 0) - (values.min() ?? 0)
    }

    @Test("the same emotion and seed give the same walk, another seed another one")
    func reproducible() {
        let walk = Walker(emotion: .happy, seed: 7).gait(frames: 90)
        #expect(walk == Walker(emotion: .happy, seed: 7).gait(frames: 90))
        #expect(walk != Walker(emotion: .happy, seed: 8).gait(frames: 90))
    }

    @Test("an emotion shows with the requested intensity", arguments: [Emotion.angry, .happy, .sad])
    func intensity(emotion: Emotion) {
        func walk(_ intensity: Float) -> Gait {
            Walker(emotion: emotion, seed: 7, options: .init(intensity: intensity)).gait(frames: 75)
        }
        let neutral = Walker(emotion: .neutral, seed: 7).gait(frames: 75)
        #expect(walk(0) == neutral)
        #expect(walk(1) == Walker(emotion: emotion, seed: 7).gait(frames: 75))
        func headHeight(_ gait: Gait) -> Float { gait.position(frame: 0, joint: .head).y }
        let changes = [Float(0.5), 1, 1.5].map { abs(headHeight(walk($0)) - headHeight(neutral)) }
        #expect(changes[0] < changes[1] && changes[1] < changes[2])
        #expect(walk(7) == walk(1.5))
    }

    @Test("bones keep their lengths", arguments: Emotion.allCases)
    func boneLengths(emotion: Emotion) throws {
        let gait = Walker(emotion: emotion, seed: 3).gait(frames: 150)
        for joint in Joint.allCases {
            guard let parent = joint.parent else { continue }
            let lengths = (0..<gait.frames).map { frame in
                length(gait.position(frame: frame, joint: joint) - gait.position(frame: frame, joint: parent))
            }
            let (shortest, longest) = try (#require(lengths.min()), #require(lengths.max()))
            // Laying the walk onto a circle stretches what is outside by 1/radius of its distance.
            #expect(longest - shortest < 0.03 * longest, "\(joint.name): \(shortest)...\(longest)")
        }
    }

    @Test("a foot that stands does not slide, and the soles stay on the ground", arguments: Emotion.allCases)
    func plantedFeet(emotion: Emotion) throws {
        let walker = Walker(emotion: emotion, seed: 2)
        let gait = walker.gait(frames: 300, rate: 100)
        // In mid-stance, 20 to 35 % of the cycle, the ankle stands still over a flat foot: the slowest fifth
        // of all frames.
        for foot in [Joint.leftFoot, .rightFoot] {
            let speeds = (1..<gait.frames).map { frame in
                var step =
                    gait.position(frame: frame, joint: foot) - gait.position(frame: frame - 1, joint: foot)
                step.y = 0
                return length(step) * 100
            }.sorted()
            #expect(speeds[speeds.count / 10] < 0.1 * Float(walker.speed))
            let heights = (0..<gait.frames).map { gait.position(frame: $0, joint: foot).y }
            #expect(try #require(heights.min()) > 0.03)
            #expect(try #require(heights.max()) < 0.35)
        }
    }

    @Test("the root travels at the walker's speed on a circle through the start")
    func path() throws {
        let walker = Walker(emotion: .neutral, seed: 4, options: .init(start: SIMD3(3, 0, -2), radius: 8))
        let gait = walker.gait(frames: 300)
        #expect(abs(Double(travelSpeed(gait)) - walker.speed) < 0.05 * walker.speed)
        var first = gait.position(frame: 0, joint: .root) - SIMD3(3, 0, -2)
        first.y = 0
        #expect(length(first) < 0.05)
        // For as long as the simulation runs, the walker is not further from the start than the circle is wide.
        for time in stride(from: 0.0, through: 3600, by: 7.3) {
            var root = walker.pose(at: time)[.root] - SIMD3(3, 0, -2)
            root.y = 0
            #expect(length(root) < 16.2)
        }
    }

    @Test("the walk is the same after a day as at its beginning")
    func longRun() {
        let walker = Walker(emotion: .angry, seed: 1)
        let cycles = (86_400 * walker.cadence).rounded()
        let pose = walker.pose(at: cycles / walker.cadence)
        let first = walker.pose(at: 0)
        for joint in Joint.allCases {
            // Turned and moved along the circle, but of the same height above the ground.
            #expect(abs(pose[joint].y - first[joint].y) < 1e-3)
        }
    }

    @Test("arms swing against the legs", arguments: Emotion.allCases)
    func armSwing(emotion: Emotion) {
        let gait = Walker(emotion: emotion, seed: 5).gait(frames: 240)
        var covariance: Float = 0
        for frame in 0..<gait.frames {
            let hips =
                gait.position(frame: frame, joint: .leftHip) - gait.position(frame: frame, joint: .rightHip)
            let forward = SIMD3(-hips.z, 0, hips.x) / length(hips) * -1
            let foot =
                gait.position(frame: frame, joint: .leftFoot) - gait.position(frame: frame, joint: .rightFoot)
            let hand =
                gait.position(frame: frame, joint: .leftHand) - gait.position(frame: frame, joint: .rightHand)
            covariance += (foot * forward).sum() * (hand * forward).sum()
        }
        #expect(covariance < 0)
    }

    @Test("speed, arm swing, bounce and head order as the literature says", arguments: seeds)
    func emotions(seed: UInt64) throws {
        let gaits = Dictionary(
            uniqueKeysWithValues: Emotion.allCases.map {
                ($0, Walker(emotion: $0, seed: seed).gait(frames: 300))
            })
        func value(_ emotion: Emotion, _ measure: (Gait) -> Float) throws -> Float {
            measure(try #require(gaits[emotion]))
        }
        func bob(_ gait: Gait) -> Float { range(gait) { gait.position(frame: $0, joint: .root).y } }
        func hands(_ gait: Gait) -> Float { AffectiveFeatures.compute(gait, origin: .root)[12] }
        func headForward(_ gait: Gait) -> Float {
            // How far the head is from above the neck, whichever way the walk goes.
            let offset = gait.position(frame: 0, joint: .head) - gait.position(frame: 0, joint: .neck)
            return length(SIMD3(offset.x, 0, offset.z)) / length(offset)
        }
        #expect(try value(.angry, travelSpeed) > value(.neutral, travelSpeed))
        #expect(try value(.happy, travelSpeed) > value(.neutral, travelSpeed))
        #expect(try value(.sad, travelSpeed) < 0.8 * value(.neutral, travelSpeed))
        #expect(try value(.happy, hands) > 1.3 * value(.neutral, hands))
        #expect(try value(.sad, hands) < 0.7 * value(.neutral, hands))
        #expect(try value(.happy, bob) > 2 * value(.neutral, bob))
        #expect(try value(.sad, bob) < value(.neutral, bob))
        #expect(try value(.sad, headForward) > 2 * value(.neutral, headForward))
    }

    @Test("normal gait has the speed, stride and cadence of adults", arguments: 1...20)
    func normalRanges(seed: UInt64) {
        let walker = Walker(emotion: .neutral, seed: seed)
        // Perry and Burnfield (2010), chapter 26: 1.37 m/s, 1.41 m and 0.94 strides/s for free walking on the
        // level, with a tenth either way within the normal; laboratories record slower walks.
        #expect((0.95...1.55).contains(walker.speed))
        #expect((1.05...1.6).contains(walker.strideLength))
        #expect((0.78...1.1).contains(walker.cadence))
    }

    @Test("a person who stands does not walk")
    func standing() {
        let gait = Walker(emotion: .neutral, seed: 1, options: .init(isStanding: true)).gait(frames: 150)
        #expect(travelSpeed(gait) < 0.05)
        #expect(!WalkDetector().isWalking(gait))
        #expect(WalkDetector().isWalking(Walker(emotion: .sad, seed: 1).gait(frames: 150)))
    }

    private func length(_ vector: SIMD3<Float>) -> Float { (vector * vector).sum().squareRoot() }
}

@Suite("Comparison with recorded walks")
struct RealWalkComparisonTests {
    /// Features that tell speed and posture, root-relative, with their range over 26 recorded neutral walks.
    private static let recorded: [(feature: Int, range: ClosedRange<Float>)] = [
        (1, 134.8...141.2), (2, 19.4...22.9), (3, 19.3...22.5), (5, 173.1...178.7), (6, 0.25...0.29),
        (7, 0.22...0.28), (8, 0.77...0.80), (9, 0.77...0.80), (11, 0.14...0.16), (12, 0.72...1.16),
        (13, 0.64...1.02), (15, 1.12...1.51), (16, 1.17...1.53), (17, 4.96...8.50), (18, 4.77...7.74),
        (20, 8.93...11.53), (21, 9.45...11.57), (27, 11.6...17.3),
    ]

    /// What the recorded ranges are widened by to either side, as a share of their middle: few people were
    /// recorded, of one build.
    private static let tolerance: Float = 0.4

    @Test("a neutral walker's features lie where those of recorded neutral walks lie", arguments: 1...10)
    func neutral(seed: UInt64) {
        let features = AffectiveFeatures.compute(
            Walker(emotion: .neutral, seed: seed).gait(frames: 150), origin: .root)
        for (feature, range) in Self.recorded {
            let name = AffectiveFeatures.names[feature]
            let slack = Self.tolerance * (range.lowerBound + range.upperBound) / 2
            let plausible = range.lowerBound - slack...range.upperBound + slack
            #expect(plausible.contains(features[feature]), "\(name) is \(features[feature])")
        }
    }
}

struct PersonalVariationTests {
    @Test("people differ, within what adults are")
    func people() {
        let people = (0..<200).map { PersonalVariation(seed: UInt64($0)) }
        #expect(people.allSatisfy { (1.5...1.95).contains($0.height) })
        #expect(people.allSatisfy { abs($0.legAsymmetry) <= 0.04 && abs($0.armAsymmetry) <= 0.16 })
        #expect(Set(people.map(\.height)).count > 150)
        let left = people.count { $0.turnsLeft }
        #expect((60...140).contains(left))
    }

    @Test("tall people take fewer strides")
    func cadence() {
        let people = (0..<400).map { PersonalVariation(seed: UInt64($0)) }.sorted { $0.height < $1.height }
        func mean(_ people: ArraySlice<PersonalVariation>) -> Double {
            people.map { $0.applied(to: .neutral).cadence }.reduce(0, +) / Double(people.count)
        }
        #expect(mean(people.prefix(100)) > mean(people.suffix(100)))
    }
}

struct WalkingPathTests {
    private func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        ((a - b) * (a - b)).sum().squareRoot()
    }

    @Test("near the start the walk is straight along the heading, left is on the left", arguments: [8.0, -8])
    func start(radius: Double) {
        let path = WalkingPath(start: SIMD3(1, 0, 2), heading: .pi / 2, radius: radius)
        // Heading +x: left is -z.
        #expect(distance(path.place(SIMD3(0, 0, 0.01)), SIMD3(1.01, 0, 2)) < 1e-4)
        #expect(distance(path.place(SIMD3(0.5, 1, 0)), SIMD3(1, 1, 1.5)) < 1e-12)
    }

    @Test("a circle closes, to the side that the radius says", arguments: [8.0, -8])
    func circle(radius: Double) {
        let path = WalkingPath(start: .zero, heading: 0, radius: radius)
        #expect(distance(path.place(SIMD3(0, 0, 2 * .pi * 8)), .zero) < 1e-9)
        // Heading +z: left is +x, and the far side of the circle lies there.
        #expect(distance(path.place(SIMD3(0, 0, .pi * 8)), SIMD3(2 * radius, 0, 0)) < 1e-9)
    }
}

struct RootMotionTests {
    private func legs(_ style: WalkingStyle) -> LegKinematics {
        LegKinematics(body: Anthropometry(height: 1.7), style: style, asymmetry: 0)
    }

    @Test("a stride advances by the stride length, forward all the while")
    func advance() {
        let root = RootMotion(of: legs(.neutral))
        #expect(abs(root.way(at: 1.3) - root.way(at: 0.3) - root.strideLength) < 1e-9)
        let ways = stride(from: 0.0, through: 1, by: 0.01).map { root.way(at: $0) }
        #expect(zip(ways, ways.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("shorter leg swings make shorter strides")
    func strideLength() {
        var short = WalkingStyle.neutral
        short.strideAmplitude = 0.6
        let ratio = RootMotion(of: legs(short)).strideLength / RootMotion(of: legs(.neutral)).strideLength
        #expect((0.55...0.85).contains(ratio))
    }

    @Test("the lowest sole is on the ground within 2 cm throughout the cycle")
    func ground() {
        let legs = legs(.neutral)
        let root = RootMotion(of: legs)
        for phase in stride(from: 0.0, to: 1, by: 0.02) {
            let soles = [Side.left, .right].flatMap { side in
                [legs.leg(side, at: phase).heel.y, legs.leg(side, at: phase).ball.y]
            }
            let lowest = (soles.min() ?? 0) + root.height(at: phase)
            #expect(abs(lowest) < 0.02, "\(lowest) at \(phase)")
        }
    }

    @Test("a person who stands stays in place")
    func standing() {
        #expect(abs(RootMotion(of: legs(.standing)).strideLength) < 1e-6)
    }
}

struct CyclicCurveTests {
    @Test("a curve within its harmonics is met everywhere, not only at the samples")
    func exact() {
        func wave(_ phase: Double) -> Double { 3 + 2 * cos(2 * .pi * phase) - sin(6 * .pi * phase) }
        let curve = CyclicCurve(samples: (0..<20).map { wave(Double($0) / 20) }, harmonics: 6)
        for phase in stride(from: -1.5, through: 2, by: 0.037) {
            #expect(abs(curve(phase) - wave(phase)) < 1e-12)
        }
    }

    @Test("the curves of normal gait have their known extremes")
    func normalGait() {
        let phases = stride(from: 0.0, to: 1, by: 0.01)
        func extremes(_ curve: CyclicCurve) -> (lowest: Double, highest: Double, at: Double) {
            let values = phases.map { (phase: $0, value: curve($0)) }
            let highest = values.max { $0.value < $1.value } ?? (0, 0)
            return (values.map(\.value).min() ?? 0, highest.value, highest.phase)
        }
        let hip = extremes(NormalGait.hip)
        #expect(abs(hip.lowest + 13) < 1.5 && abs(hip.highest - 27) < 1.5)
        let knee = extremes(NormalGait.knee)
        #expect(abs(knee.highest - 63) < 2 && abs(knee.at - 0.72) < 0.03)
        let ankle = extremes(NormalGait.ankle)
        #expect(abs(ankle.lowest + 18) < 2 && abs(ankle.highest - 9.5) < 1.5)
    }
}
