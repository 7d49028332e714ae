import Testing

@testable import Perception

@Suite("The region of a person")
struct PersonAlignmentTests {
    @Test("is around the hips, 2.5 times the reach, upright for who stands")
    func upright() throws {
        let region = try #require(PoseRegion(hips: [100, 200], top: [100, 120]))
        #expect(region == PoseRegion(center: [100, 200], side: 200, rotation: 0))
    }

    @Test("turns clockwise with who leans to the right, and lies with who lies")
    func leaning() throws {
        let right = try #require(PoseRegion(hips: [0, 0], top: [30, -30]))
        #expect(abs(right.rotation - .pi / 4) < 1e-6)
        let left = try #require(PoseRegion(hips: [0, 0], top: [-30, 0]))
        #expect(abs(left.rotation + .pi / 2) < 1e-6)
    }

    @Test("is none without a reach, or of points that are not finite or absurdly far")
    func none() {
        #expect(PoseRegion(hips: [1, 1], top: [1, 1]) == nil)
        #expect(PoseRegion(hips: [.nan, 1], top: [1, 1]) == nil)
        #expect(PoseRegion(hips: [0, 0], top: [.infinity, 1]) == nil)
        #expect(PoseRegion(hips: [0, 0], top: [1e7, 1]) == nil)
    }
}
