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
        for index in 0..<5000 {
            #expect(buffer.append(pose, at: Double(index) / 149) == .accepted)
        }
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
