import Gait
import Testing

@testable import Simulation

struct SkeletonSensorTests {
    private let pose = Walker(emotion: .neutral, seed: 1).pose(at: 0)

    @Test("without disturbances it reports the body as it is")
    func exact() {
        var sensor = SkeletonSensor(layout: .step16, seed: 1)
        let joints = sensor.observe(pose)
        #expect(joints == Joint.allCases.map { pose[$0] })
    }

    @Test("noise has the standard deviation asked for, around the truth")
    func noise() {
        var sensor = SkeletonSensor(layout: .step16, noise: 0.02, seed: 5)
        var (sum, squares, count) = (0.0, 0.0, 0.0)
        for _ in 0..<500 {
            for (joint, seen) in zip(Joint.allCases, sensor.observe(pose)) {
                guard let seen else { continue }
                let offset = seen - pose[joint]
                for axis in 0..<3 {
                    sum += Double(offset[axis])
                    squares += Double(offset[axis] * offset[axis])
                    count += 1
                }
            }
        }
        #expect(count == 24_000)
        #expect(abs(sum / count) < 1e-3)
        #expect(abs((squares / count).squareRoot() - 0.02) < 1e-3)
    }

    @Test("joints are lost with the probability asked for", arguments: [Float(0.1), 1])
    func dropped(probability: Float) {
        var sensor = SkeletonSensor(layout: .kinect25, dropProbability: probability, seed: 2)
        let lost = (0..<400).reduce(0) { sum, _ in sum + sensor.observe(pose).count { $0 == nil } }
        #expect(abs(Float(lost) / 10_000 - probability) < 0.02)
    }

    @Test("the same seed disturbs the same way")
    func reproducible() {
        var one = SkeletonSensor(layout: .blazepose33, noise: 0.01, dropProbability: 0.2, seed: 9)
        var other = SkeletonSensor(layout: .blazepose33, noise: 0.01, dropProbability: 0.2, seed: 9)
        for _ in 0..<5 { #expect(one.observe(pose) == other.observe(pose)) }
    }
}

struct SensorFrameTests {
    @Test("a level sensor with y up and meters reports positions as they are")
    func identity() {
        let frame = SensorFrame()
        #expect(frame.report(SIMD3(1, 2, 3)) == SIMD3(1, 2, 3))
        #expect(frame.orientation == nil)
    }

    @Test("units and axes are those of the source")
    func unitsAndAxes() {
        #expect(SensorFrame(units: .centimetre).report(SIMD3(1, 2, 3)) == SIMD3(100, 200, 300))
        #expect(SensorFrame(up: .minusY).report(SIMD3(1, 2, 3)) == SIMD3(1, -2, -3))
        #expect(SensorFrame(up: .z).report(SIMD3(1, 2, 3)) == SIMD3(1, -3, 2))
    }

    @Test("a tilted sensor's orientation turns what it reports back to the level")
    func tilt() throws {
        let frame = SensorFrame(tilt: 90)
        let orientation = try #require(frame.orientation)
        #expect(abs((orientation * orientation).sum() - 1) < 1e-6)
        // A quarter turn about x by the orientation takes y to z; what is level z was reported as y.
        let reported = frame.report(SIMD3(1, 2, 3))
        #expect((reported - SIMD3(1, 3, -2)).max() < 1e-5 && (reported - SIMD3(1, 3, -2)).min() > -1e-5)
    }
}

@Suite("Joints of a layout")
struct LayoutJointsTests {
    private let pose = Walker(emotion: .neutral, seed: 1).pose(at: 0.4)

    /// How far a layout's own root, spine, neck and head may be from the pose's, meters.
    private static let trunkDistance: [Joint: Float] = [.root: 0.05, .spine: 0.09, .neck: 0.08, .head: 0.19]

    @Test("a layout maps back to the pose: limbs exactly, trunk nearly", arguments: SkeletonLayout.allCases)
    func roundTrip(layout: SkeletonLayout) {
        for emotion in Emotion.allCases {
            for time in [0.4, 0.9, 1.7] {
                let pose = Walker(emotion: emotion, seed: 1).pose(at: time)
                let joints = layout.joints(of: pose)
                #expect(joints.count == layout.jointCount)
                let mapped = layout.pose { joints[$0] }
                #expect(mapped.present == .all)
                for joint in Joint.allCases {
                    let offset = mapped[joint] - pose[joint]
                    let limit = layout == .step16 ? 0 : Self.trunkDistance[joint] ?? 0
                    #expect((offset * offset).sum().squareRoot() <= limit, "\(joint.name)")
                }
            }
        }
    }

    @Test("no two joints of a layout are in one place", arguments: SkeletonLayout.allCases)
    func different(layout: SkeletonLayout) {
        let joints = layout.joints(of: pose)
        let filled = joints.compactMap(\.self)
        #expect(Set(filled).count == filled.count)
        let never = joints.indices.filter { joints[$0] == nil }
        #expect(never == (layout == .nuitrack25 ? [0, 10, 16, 20, 24] : []))
    }

    /// Pairs of a left and a right joint beyond the 16.
    private static let pairs: [(layout: SkeletonLayout, left: [Int], right: [Int])] = [
        (.coco17, [1, 3], [2, 4]), (.coco18, [15, 17], [14, 16]), (.ros4hri18, [14, 16], [15, 17]),
        (.openpose25, [16, 18, 19, 20], [15, 17, 22, 23]), (.azure32, [4, 28, 29], [11, 30, 31]),
        (.zed34, [32], [33]), (.zed38, [6, 8, 10, 24, 26, 28, 32], [7, 9, 11, 25, 27, 29, 33]),
        (.nuitrack25, [5, 9], [11, 15]), (.blazepose33, [2, 7, 9, 31], [5, 8, 10, 32]),
    ]

    @Test("left joints are left of right ones in every layout")
    func sides() throws {
        let side = pose[.leftShoulder] - pose[.rightShoulder]
        for (layout, left, right) in Self.pairs {
            let joints = layout.joints(of: pose)
            for (left, right) in zip(left, right) {
                let across = try #require(joints[left]) - #require(joints[right])
                #expect((across * side).sum() > 0, "\(layout.rawValue): \(left) and \(right)")
            }
        }
    }

    @Test("small toes are outside of big toes")
    func toes() throws {
        let joints = SkeletonLayout.openpose25.joints(of: pose)
        let side = pose[.leftHip] - pose[.rightHip]
        #expect(try ((#require(joints[20]) - #require(joints[19])) * side).sum() > 0)
        #expect(try ((#require(joints[23]) - #require(joints[22])) * side).sum() < 0)
    }

    @Test("the face looks where the walk goes, and toes point there")
    func forward() throws {
        let joints = SkeletonLayout.blazepose33.joints(of: pose)
        let walk = Walker(emotion: .neutral, seed: 1)
        let ahead = walk.pose(at: 1)[.root] - walk.pose(at: 0)[.root]
        let ears = try (#require(joints[7]) + #require(joints[8])) / 2
        #expect(try ((#require(joints[0]) - ears) * ahead).sum() > 0)
        #expect(try ((#require(joints[31]) - #require(joints[29])) * ahead).sum() > 0)
        #expect(try ((#require(joints[32]) - #require(joints[30])) * ahead).sum() > 0)
        let lifted = SkeletonLayout.h36m17.joints(of: pose)
        #expect(try #require(lifted[10]).y > #require(joints[1]).y)
    }

    @Test("a missing joint takes with it what is told by it, and nothing else")
    func missing() {
        var partial = pose
        partial.remove(.leftHand)
        let joints = SkeletonLayout.kinect25.joints(of: partial)
        let missing = joints.indices.filter { joints[$0] == nil }
        #expect(missing == [6, 7, 21, 22])
    }
}

struct RobotClockTests {
    @Test("by default it is the wall clock")
    func wallClock() {
        #expect(RobotClock().stamp(start: 1e9, elapsed: 2.5) == 1e9 + 2.5)
    }

    @Test("it may begin near zero, and drift")
    func offsetAndDrift() {
        let clock = RobotClock(offset: -1e9, drift: 10_000)
        #expect(clock.stamp(start: 1e9 + 3, elapsed: 0) == 3)
        #expect(clock.stamp(start: 1e9 + 3, elapsed: 100) == 104)
        #expect(RobotClock(offset: -2e9).stamp(start: 1e9, elapsed: 1) == 0)
    }

    @Test("a robot may send no stamps")
    func none() {
        #expect(RobotClock(isSent: false).stamp(start: 1e9, elapsed: 1) == nil)
    }
}
