import Gait
import Testing

@testable import Simulation

struct GaitSceneTests {
    private func gaits(_ frames: Int...) -> [(name: String, gait: Gait)] {
        frames.enumerated().map { index, count in
            ("walk_\(index)", Walker(emotion: .happy, seed: UInt64(index)).gait(frames: count))
        }
    }

    private func frames(_ scene: GaitScene, limit: Int = 1000) -> [[String]] {
        var scene = scene
        var frames: [[String]] = []
        while frames.count < limit, let bodies = scene.next() { frames.append(bodies.compactMap(\.id)) }
        return frames
    }

    @Test("gaits come one after another, each for its frames")
    func one() {
        let found = frames(GaitScene(gaits(3, 2), layout: .step16, concurrent: 1, loops: false))
        #expect(found == [["walk_0"], ["walk_0"], ["walk_0"], ["walk_1"], ["walk_1"]])
    }

    @Test("several walk at once, and the next takes the place that is free")
    func several() {
        let found = frames(GaitScene(gaits(1, 3, 2), layout: .step16, concurrent: 2, loops: false))
        #expect(found == [["walk_0", "walk_1"], ["walk_2", "walk_1"], ["walk_2", "walk_1"]])
    }

    @Test("in a loop each walk is a new person")
    func loop() {
        let found = frames(GaitScene(gaits(1), layout: .step16, concurrent: 2, loops: true), limit: 2)
        #expect(found == [["walk_0", "walk_0-2"], ["walk_0-3", "walk_0-4"]])
    }

    @Test("the joints are the gait's, in the layout's order")
    func joints() throws {
        let gaits = gaits(2)
        var scene = GaitScene(gaits, layout: .kinect25, concurrent: 1, loops: false)
        let body = try #require(scene.next()?.first)
        #expect(body.joints.count == 25)
        #expect(body.joints[0] == gaits[0].gait.position(frame: 0, joint: .root))
    }

    @Test("no id is given twice")
    func ids() {
        var ids = UniqueNames()
        let given = ["a_b", "a_b", "_", "_", "x-2", "x", "x", "x"].map { ids.unique($0) }
        #expect(given == ["a_b", "a_b-2", "_", "_-2", "x-2", "x", "x-3", "x-4"])
    }
}
