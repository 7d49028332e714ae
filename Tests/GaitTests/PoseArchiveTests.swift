import TestSupport
import Testing

@testable import Gait

struct PoseArchiveTests {
    /// Poses that walk at a rate, given to an archive and to a buffer.
    private struct Walk {
        var archive: PoseArchive
        var buffer = PoseBuffer()
        let stay: Int

        init(budget: Int = 1 << 20) {
            archive = PoseArchive(budget: budget)
            stay = archive.begin()
        }

        mutating func step(to stamp: Double, missing: Joint? = nil) {
            var pose = TestBody.walkingPose(at: Float(stamp))
            if let missing { pose.remove(missing) }
            guard buffer.append(pose, at: stamp) == .accepted else { return }
            archive.append(pose, at: stamp, to: stay, arrival: stamp)
        }

        /// Keeps the newest pose, as for a window that was published.
        mutating func publish() throws -> GaitWindow {
            let end = try #require(buffer.newestStamp)
            let pose = try #require(buffer.newestPose)
            archive.append(pose, at: end, to: stay, isNeeded: true, arrival: end)
            return try #require(buffer.window())
        }
    }

    private func largestDifference(_ one: GaitWindow, _ other: GaitWindow) -> Float {
        zip(one.gait.coordinates, other.gait.coordinates).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test("a rebuilt window equals the first one within 0.1 mm", arguments: [5.0, 10, 15, 30, 34])
    func sameWindow(rate: Double) throws {
        var generator = SeededGenerator(seed: 3)
        var walk = Walk()
        var windows: [GaitWindow] = []
        for frame in 0..<Int(20 * rate) {
            // Uneven frames, and now and then a joint that is not seen.
            let jitter = Double(generator.uniform(-0.2...0.2))
            walk.step(to: (Double(frame) + jitter) / rate, missing: frame % 7 == 0 ? .rightFoot : nil)
            if frame % Int(rate) == Int(rate) - 1, Double(frame) > 3 * rate {
                windows.append(try walk.publish())
            }
        }
        #expect(windows.count > 10)
        for window in windows {
            let again = try #require(walk.archive.window(of: walk.stay, endingAt: window.end))
            #expect(again.start == window.start && again.end == window.end)
            #expect(again.coverage == window.coverage)
            #expect(largestDifference(again, window) <= 1e-4)
        }
    }

    @Test("of a fast source enough is kept for nearly the same window, and not more than 35 poses a second")
    func fastSource() throws {
        var walk = Walk()
        for frame in 0..<(120 * 20) { walk.step(to: Double(frame) / 120) }
        let window = try walk.publish()
        let again = try #require(walk.archive.window(of: walk.stay, endingAt: window.end))
        #expect(again.end == window.end && again.coverage == window.coverage)
        #expect(largestDifference(again, window) < 0.01)
        #expect(walk.archive.bytes <= (35 * 20 / 64 + 2) * PoseArchive.chunkBytes)
    }

    @Test("a stamp with which no pose is kept ends no window, nor does one of another stay")
    func noWindow() throws {
        var walk = Walk()
        for frame in 0..<120 { walk.step(to: Double(frame) / 30) }
        let window = try walk.publish()
        #expect(walk.archive.window(of: walk.stay, endingAt: window.end - 0.01) == nil)
        #expect(walk.archive.window(of: walk.stay, endingAt: 0) == nil)
        let other = walk.archive.begin()
        #expect(walk.archive.window(of: other, endingAt: window.end) == nil)
        walk.archive.forget(walk.stay)
        #expect(walk.archive.window(of: walk.stay, endingAt: window.end) == nil)
    }

    @Test("within the budget the oldest poses of all go first")
    func budget() throws {
        var archive = PoseArchive(budget: 10 * PoseArchive.chunkBytes)
        let stays = (0..<4).map { _ in archive.begin() }
        for frame in 0..<600 {
            let stamp = Double(frame) / 30
            // The first left early.
            for stay in stays where stay != stays[0] || frame < 150 {
                archive.append(TestBody.walkingPose(at: Float(stamp)), at: stamp, to: stay, arrival: stamp)
            }
        }
        #expect(archive.bytes <= 10 * PoseArchive.chunkBytes)
        #expect(archive.evictions > 10)
        #expect(!archive.holdsWindow(of: stays[0], endingAt: 149.0 / 30))
        for stay in stays.dropFirst() {
            #expect(archive.window(of: stay, endingAt: 599.0 / 30) != nil)
            #expect(archive.window(of: stay, endingAt: 120.0 / 30) == nil)
        }
    }

    @Test("what has expired is gone, and its memory is used again")
    func expiry() {
        var archive = PoseArchive(budget: 1 << 20)
        var stay = archive.begin()
        for round in 0..<5 {
            for frame in 0..<200 {
                let stamp = Double(round * 200 + frame) / 30
                archive.append(TestBody.walkingPose(at: Float(stamp)), at: stamp, to: stay, arrival: stamp)
            }
            #expect(archive.bytes <= 4 * PoseArchive.chunkBytes)
            archive.expire(before: Double((round + 1) * 200) / 30)
            #expect(!archive.holdsWindow(of: stay, endingAt: Double(round * 200 + 199) / 30))
            if round == 2 {
                archive.forget(stay)
                stay = archive.begin()
            }
        }
        #expect(archive.evictions == 0)
    }

    @Test("poses that do not move forward are not kept twice")
    func repeated() throws {
        var walk = Walk()
        for frame in 0..<120 { walk.step(to: Double(frame) / 30) }
        let window = try walk.publish()
        _ = try walk.publish()
        walk.archive.append(Pose(), at: 1, to: walk.stay, isNeeded: true, arrival: 9)
        let again = try #require(walk.archive.window(of: walk.stay, endingAt: window.end))
        #expect(largestDifference(again, window) <= 1e-4)
    }
}
