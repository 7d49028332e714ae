import Foundation
import Gait
import Testing

@testable import Simulation

@Suite("Walker")
struct WalkerTests {
    private static let seeds: [UInt64] = [1, 2, 3, 4, 5]

    /// The root's mean horizontal speed over 10 s, metres per second.
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

    @Test(
        "an emotion shows as much as is asked: not at all, half, whole, more",
        arguments: [Emotion.angry, .happy, .sad])
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
        // For as long as the simulation runs, nobody is further from the start than the circle is wide.
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
        func hands(_ gait: Gait) -> Float {
            AffectiveFeatures.compute(gait, origin: .root)[12]
        }
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

    @Test("somebody who stands does not walk")
    func standing() {
        let gait = Walker(emotion: .neutral, seed: 1, options: .init(isStanding: true)).gait(frames: 150)
        #expect(travelSpeed(gait) < 0.05)
        #expect(!WalkDetector().isWalking(gait))
        #expect(WalkDetector().isWalking(Walker(emotion: .sad, seed: 1).gait(frames: 150)))
    }

    private func length(_ vector: SIMD3<Float>) -> Float {
        (vector * vector).sum().squareRoot()
    }
}
