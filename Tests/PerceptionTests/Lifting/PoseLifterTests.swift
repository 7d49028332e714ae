import Gait
import Testing

@testable import Perception

@Suite("Poses from world landmarks")
struct PoseLifterTests {
    private let size = SIMD2<Float>(1280, 720)

    @Test("have the root at the origin and the head up")
    func directions() {
        var lifter = PoseLifter()
        var landmarks = DrawnBody(place: SIMD2(300, 400)).landmarks
        for index in landmarks.world.indices { landmarks.world[index] += SIMD3(0.1, 0.2, 0.3) }
        landmarks.world[0].z -= 0.1
        let pose = lifter.pose(of: landmarks, imageSize: size, at: 5)
        #expect(pose.present == .all)
        #expect(pose[.root] == .zero)
        #expect(pose[.head].y > 0.5 && pose[.leftFoot].y < -0.5)
        // Right-handed: somebody who faces the camera has the left hand at the image's right, and z towards the
        // camera.
        #expect(pose[.leftHand].x > 0 && pose[.rightHand].x < 0)
        landmarks.world[27].z -= 0.4
        var other = PoseLifter()
        #expect(other.pose(of: landmarks, imageSize: size, at: 5)[.leftFoot].z > pose[.leftFoot].z)
    }

    @Test("lack what the network only guesses beyond the image's edge, but not what is hidden within it")
    func missing() {
        var lifter = PoseLifter()
        var landmarks = DrawnBody(place: SIMD2(300, 650)).landmarks
        for index in 25...32 { landmarks.visibility[index] = 0.1 }
        landmarks.visibility[15] = 0.1
        let pose = lifter.pose(of: landmarks, imageSize: size, at: 5)
        let legs = [Joint.leftFoot, .rightFoot].map { JointSet($0) }
        #expect(legs.allSatisfy { pose.present.isDisjoint(with: $0) })
        #expect(pose.present.count == 14)
    }

    @Test("begin anew after a pause")
    func pause() {
        var lifter = PoseLifter()
        let landmarks = DrawnBody(place: SIMD2(300, 400)).landmarks
        var moved = landmarks
        moved.world[15].x += 0.01
        _ = lifter.pose(of: landmarks, imageSize: size, at: 5)
        let filtered = lifter.pose(of: moved, imageSize: size, at: 5.033)
        let anew = lifter.pose(of: moved, imageSize: size, at: 6)
        #expect(filtered[.leftHand].x < anew[.leftHand].x - 0.001)
    }
}
