import TestSupport
import Testing

@testable import Gait

struct PoseBufferTests {
    private let pose = TestBody.pose(TestBody.standing)

    @Test("late, duplicate, too frequent and empty poses and bad stamps are dropped and told apart")
    func admission() {
        var buffer = PoseBuffer()
        #expect(buffer.append(pose, at: 10) == .accepted)
        #expect(buffer.append(pose, at: 10.1) == .accepted)
        #expect(buffer.append(pose, at: 10.1) == .duplicate)
        #expect(buffer.append(pose, at: 10.05) == .late)
        #expect(buffer.append(pose, at: 10.101) == .tooFrequent)
        #expect(buffer.append(Pose(), at: 10.2) == .empty)
        #expect(buffer.append(pose, at: .nan) == .invalidStamp)
        #expect(buffer.append(pose, at: .infinity) == .invalidStamp)
        #expect(buffer.count == 2)
        #expect(buffer.newestStamp == 10.1)
    }

    @Test("after a reset earlier stamps are taken again")
    func reset() {
        var buffer = PoseBuffer()
        _ = buffer.append(pose, at: 100)
        buffer.reset()
        #expect(buffer.newestStamp == nil)
        #expect(buffer.newestPose == nil)
        #expect(buffer.append(pose, at: 1) == .accepted)
        #expect(buffer.newestPose == pose)
    }

    @Test("the ring keeps what a window needs at the highest rate, and no more")
    func bounded() throws {
        var buffer = PoseBuffer()
        for index in 0..<5000 { #expect(buffer.append(pose, at: Double(index) / 149) == .accepted) }
        #expect(buffer.count < 450)
        let newest = try #require(buffer.newestStamp)
        #expect(newest - buffer.stamp(0) >= PoseBuffer.windowSeconds + buffer.options.maximumGap)
        #expect(buffer.window()?.coverage == 1)
    }

    @Test("the storage of a usual source is small, and grows for a faster one without losing a pose")
    func growth() throws {
        var usual = PoseBuffer()
        for index in 0..<500 { _ = usual.append(pose, at: Double(index) / 33) }
        #expect(usual.poses.count <= 103)
        // First slow, so that the ring has turned when it has to grow.
        var faster = PoseBuffer()
        var time = 0.0
        var times: [Double] = []
        for index in 0..<600 {
            var pose = pose
            pose[.root] = SIMD3(Float(index), 1, 0)
            #expect(faster.append(pose, at: time) == .accepted)
            times.append(time)
            let begin = time - PoseBuffer.windowSeconds - faster.options.maximumGap
            let needed = try #require(times.first { $0 >= begin })
            #expect(faster.stamp(0) <= needed)
            for back in 0..<faster.count {
                #expect(faster.pose(faster.count - 1 - back)[.root].x == Float(index - back))
            }
            time += index < 150 ? 1.0 / 30 : 1.0 / 120
        }
        #expect(faster.poses.count > 300 && faster.poses.count < 450)
    }

    @Test("appending and resetting leave the storage where it was allocated")
    func storage() {
        func address(_ buffer: borrowing PoseBuffer) -> UnsafePointer<Pose>? {
            buffer.poses.withUnsafeBufferPointer(\.baseAddress)
        }
        var buffer = PoseBuffer()
        let before = address(buffer)
        for index in 0..<2000 { _ = buffer.append(pose, at: Double(index) / 30) }
        buffer.reset()
        _ = buffer.append(pose, at: 0)
        #expect(address(buffer) == before)
    }

    @Test("a copy does not see what is appended later")
    func value() {
        var buffer = PoseBuffer()
        _ = buffer.append(pose, at: 1)
        let copy = buffer
        _ = buffer.append(pose, at: 2)
        #expect(copy.count == 1)
        #expect(buffer.count == 2)
    }
}

struct PoseBufferWindowTests {
    /// A buffer of the test walk as a source shows it; the stamps are epoch times.
    private func buffer(
        rate: Double, seconds: Double = 4, options: PoseBuffer.Options = .init(),
        change: (Double, inout Pose) -> Void = { _, _ in }
    ) -> PoseBuffer {
        var buffer = PoseBuffer(options: options)
        for index in 0...Int(seconds * rate) {
            let time = Double(index) / rate
            var pose = TestBody.walkingPose(at: Float(time))
            change(time, &pose)
            _ = buffer.append(pose, at: 1_789_000_000 + time)
        }
        return buffer
    }

    /// The largest distance of any joint from the test walk, the window ending at `end` seconds.
    private func error(_ window: GaitWindow) -> Float {
        let start = window.start - 1_789_000_000
        var error: Float = 0
        for frame in 0..<75 {
            let truth = TestBody.walkingFrame(at: Float(start + Double(frame) / 30))
            for joint in Joint.allCases {
                error = max(
                    error, distance(window.gait.position(frame: frame, joint: joint), truth[joint.rawValue]))
            }
        }
        return error
    }

    @Test(
        "any rate from 5 to 120 a second becomes 75 covered frames at 30",
        arguments: [
            (5.0, Float(0.06)), (8, 0.02), (12, 0.02), (15, 0.012), (25, 0.006), (30, 1e-3), (60, 2e-3),
            (120, 1e-3),
        ])
    func rates(rate: Double, tolerance: Float) throws {
        let window = try #require(buffer(rate: rate).window())
        #expect(window.gait.frames == 75)
        #expect(window.coverage == 1)
        #expect((window.end - window.start - PoseBuffer.windowSeconds).magnitude < 1e-6)
        #expect(error(window) < tolerance)
    }

    @Test("the last frame is the newest pose")
    func newest() throws {
        let buffer = buffer(rate: 17)
        let window = try #require(buffer.window())
        #expect(window.end == buffer.newestStamp)
        #expect(window.gait.position(frame: 74, joint: .leftFoot) == buffer.newestPose?[.leftFoot])
    }

    @Test("nothing, and a single pose, give no window")
    func tooLittle() {
        #expect(PoseBuffer().window() == nil)
        #expect(buffer(rate: 30, seconds: 0, options: .init(minimumCoverage: 0)).window() == nil)
    }

    @Test("time before the first pose is held and not covered")
    func start() throws {
        let buffer = buffer(rate: 30, seconds: 1, options: .init(minimumCoverage: 0))
        let window = try #require(buffer.window())
        #expect((window.coverage - 31.0 / 75).magnitude < 0.015)
        let held = window.gait.position(frame: 0, joint: .head)
        #expect(held == window.gait.position(frame: 40, joint: .head))
    }

    @Test("below the lowest coverage there is no window")
    func minimumCoverage() {
        #expect(buffer(rate: 30, seconds: 1.4).window() == nil)
        #expect(buffer(rate: 30, seconds: 1.6).window() != nil)
    }

    /// A window of a walk at 30 Hz from which the poses between two times are missing.
    private func windowWithGap(from: Double, to: Double) -> GaitWindow? {
        var buffer = PoseBuffer()
        for index in 0...120 {
            let time = Double(index) / 30
            if time > from + 1e-6, time < to - 1e-6 { continue }
            _ = buffer.append(TestBody.walkingPose(at: Float(time)), at: 1_789_000_000 + time)
        }
        return buffer.window()
    }

    @Test("a gap of 0.3 s is interpolated and covered")
    func shortGap() throws {
        let window = try #require(windowWithGap(from: 2.5, to: 2.8))
        #expect(window.coverage == 1)
        #expect(error(window) < 0.06)
    }

    @Test("of a longer gap the frames inside it are not covered")
    func longGap() throws {
        let window = try #require(windowWithGap(from: 2.5, to: 3))
        #expect((window.coverage - 61.0 / 75).magnitude < 0.015)
        #expect(window.gait.coordinates.allSatisfy { $0.isFinite })
    }

    @Test("poses from before a long absence are not interpolated from")
    func absence() {
        var buffer = buffer(rate: 30, options: .init(minimumCoverage: 0))
        _ = buffer.append(TestBody.walkingPose(at: 20), at: 1_789_000_020)
        #expect(buffer.window() == nil)
    }

    @Test("a joint missing for 0.3 s is interpolated and covered")
    func shortlyMissingJoint() throws {
        let window = try #require(
            buffer(rate: 30) { time, pose in
                if time > 2.51, time < 2.79 { pose.remove(.leftFoot) }
            }.window())
        #expect(window.coverage == 1)
        #expect(error(window) < 0.06)
    }

    @Test("a joint missing for longer lowers the coverage, the other joints stay exact")
    func longMissingJoint() throws {
        let window = try #require(
            buffer(rate: 30) { time, pose in
                if time > 2.5, time < 3.2 { pose.remove(.leftHand) }
            }.window())
        #expect(window.coverage < 0.75)
        #expect(window.coverage > 0.65)
        let truth = TestBody.walkingFrame(at: Float(window.start - 1_789_000_000 + 1.3))
        #expect(
            distance(window.gait.position(frame: 39, joint: .leftFoot), truth[Joint.leftFoot.rawValue]) < 1e-3
        )
    }

    @Test("a joint missing in the newest poses is held, and covered for 0.3 s")
    func missingAtTheEnd() throws {
        let window = try #require(buffer(rate: 30) { if $0 > 3.81 { $1.remove(.head) } }.window())
        #expect(window.coverage == 1)
        let longer = try #require(buffer(rate: 30) { if $0 > 3.41 { $1.remove(.head) } }.window())
        #expect((longer.coverage - 66.0 / 75).magnitude < 0.02)
    }

    @Test("a joint never seen gives no window")
    func absentJoint() {
        let buffer = buffer(rate: 30, options: .init(minimumCoverage: 0)) { $1.remove(.rightKnee) }
        #expect(buffer.window() == nil)
    }

    @Test("a fifth of all joints missing at random costs no coverage at 30 a second")
    func randomlyMissing() throws {
        var generator = SeededGenerator(seed: 2)
        let buffer = buffer(rate: 30) { _, pose in
            for joint in Joint.allCases where generator.uniform(0...1) < 0.2 { pose.remove(joint) }
        }
        let window = try #require(buffer.window())
        #expect(window.coverage > 0.95)
        #expect(error(window) < 0.1)
    }

    @Test("irregular stamps are resampled by time, not by count")
    func jitter() throws {
        var generator = SeededGenerator(seed: 4)
        var buffer = PoseBuffer()
        var time = 0.0
        while time < 4 {
            _ = buffer.append(TestBody.walkingPose(at: Float(time)), at: 1_789_000_000 + time)
            time += Double(generator.uniform(0.01...0.08))
        }
        #expect(error(try #require(buffer.window())) < 0.012)
    }
}
