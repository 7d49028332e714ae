import TestSupport
import Testing

@testable import Gait

struct JointTrackTests {
    /// A buffer whose head is at x = value(t), y = 0, z = 0.
    private func buffer(_ stamps: [Double], _ value: (Double) -> Double) -> PoseBuffer {
        var buffer = PoseBuffer()
        for stamp in stamps {
            var pose = Pose()
            pose[.head] = SIMD3(Float(value(stamp)), 0, 0)
            _ = buffer.append(pose, at: stamp)
        }
        return buffer
    }

    @Test("sightings close together are joined by a line")
    func line() throws {
        let buffer = buffer([0, 0.08, 0.16]) { $0 * $0 }
        var track = try #require(JointTrack(.head, in: buffer, from: 0))
        let (position, isCovered) = track.position(at: 0.04, beside: nil, in: buffer)
        #expect((position.x - 0.0032).magnitude < 1e-6)
        #expect(isCovered)
    }

    @Test("sightings further apart are joined by a curve, exact for a parabola")
    func curve() throws {
        let buffer = buffer([0, 0.1, 0.3, 0.45]) { 2 + $0 - 5 * $0 * $0 }
        var track = try #require(JointTrack(.head, in: buffer, from: 0))
        for time in [0.1, 0.15, 0.2, 0.29] {
            let expected = 2 + time - 5 * time * time
            #expect(
                (Double(track.position(at: time, beside: nil, in: buffer).position.x) - expected).magnitude
                    < 1e-5)
        }
    }

    @Test("over too long a gap there is a line, and no coverage")
    func longGap() throws {
        let buffer = buffer([0, 0.1, 0.6, 0.7]) { $0 * $0 }
        var track = try #require(JointTrack(.head, in: buffer, from: 0))
        let (position, isCovered) = track.position(at: 0.35, beside: nil, in: buffer)
        #expect((position.x - 0.185).magnitude < 1e-6)
        #expect(!isCovered)
    }

    @Test("before the first and after the last sighting the position is held")
    func held() throws {
        let buffer = buffer([1, 1.1]) { $0 }
        var track = try #require(JointTrack(.head, in: buffer, from: 0))
        #expect(track.position(at: 0.9, beside: nil, in: buffer) == (SIMD3(1, 0, 0), false))
        #expect(track.position(at: 1.2, beside: nil, in: buffer) == (SIMD3(1.1, 0, 0), true))
        #expect(track.position(at: 1.5, beside: nil, in: buffer) == (SIMD3(1.1, 0, 0), false))
    }

    @Test("where the root goes on, a joint no longer seen goes with it")
    func heldBesideRoot() throws {
        var buffer = PoseBuffer()
        _ = buffer.append(TestBody.walkingPose(at: 0), at: 0)
        var track = try #require(JointTrack(.leftHand, in: buffer, from: 0))
        let root = TestBody.standing[0] + SIMD3(0, 0, 0.2)
        let (position, _) = track.position(at: 0.1, beside: root, in: buffer)
        let hand = TestBody.walkingPose(at: 0)[.leftHand]
        #expect(distance(position, hand + SIMD3(0, 0, 0.2)) < 1e-6)
    }

    @Test("a joint without a sighting has no track")
    func never() {
        #expect(JointTrack(.root, in: buffer([0, 0.1]) { $0 }, from: 0) == nil)
    }
}
