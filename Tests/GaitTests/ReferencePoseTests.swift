import Foundation
import TestSupport
import Testing

@testable import Gait

struct ReferencePoseTests {
    @Test(
        "the positions are those of the shared file",
        .enabled(if: SharedData.isThere, "../shared is absent"))
    func file() throws {
        struct File: Decodable { let pose: [[Float]] }
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: SharedFixtures.referencePose))
        #expect(ReferencePose.positions.map { [$0.x, $0.y, $0.z] } == file.pose)
    }

    @Test("the root is the origin and the left side is at negative x")
    func orientation() {
        #expect(ReferencePose.positions[Joint.root.rawValue] == .zero)
        #expect(ReferencePose.positions[Joint.leftHip.rawValue].x < 0)
        #expect(ReferencePose.positions[Joint.head.rawValue].y > 0)
    }
}
