import Datasets
import Gait
import Simulation
import Testing

@testable import gaitctl

struct DatasetSceneTests {
    private func gaits(_ frames: Int...) -> [LabelledGait] {
        frames.enumerated().map { index, count in
            LabelledGait(
                key: "walk/\(index)", gait: Walker(emotion: .happy, seed: UInt64(index)).gait(frames: count),
                label: 0)
        }
    }

    private func frames(_ scene: DatasetScene, limit: Int = 1000) -> [[String]] {
        var scene = scene
        var frames: [[String]] = []
        while frames.count < limit, let bodies = scene.next() { frames.append(bodies.map(\.id)) }
        return frames
    }

    @Test("gaits come one after another, each for its frames")
    func one() {
        let found = frames(DatasetScene(gaits(3, 2), layout: .step16, concurrent: 1, loops: false))
        #expect(found == [["walk_0"], ["walk_0"], ["walk_0"], ["walk_1"], ["walk_1"]])
    }

    @Test("several walk at once, and the next takes the place that is free")
    func several() {
        let found = frames(DatasetScene(gaits(1, 3, 2), layout: .step16, concurrent: 2, loops: false))
        #expect(found == [["walk_0", "walk_1"], ["walk_2", "walk_1"], ["walk_2", "walk_1"]])
    }

    @Test("in a loop each walk is a new person")
    func loop() {
        let found = frames(DatasetScene(gaits(1), layout: .step16, concurrent: 2, loops: true), limit: 2)
        #expect(found == [["walk_0", "walk_0-2"], ["walk_0-3", "walk_0-4"]])
    }

    @Test("the joints are the gait's, in the layout's order")
    func joints() throws {
        let gaits = gaits(2)
        var scene = DatasetScene(gaits, layout: .kinect25, concurrent: 1, loops: false)
        let body = try #require(scene.next()?.first)
        #expect(body.joints.count == 25)
        #expect(body.joints[0] == gaits[0].gait.position(frame: 0, joint: .root))
    }

    @Test("ids can be in a topic, are short enough, and none is given twice")
    func identifiers() {
        var identifiers = UniqueIdentifiers()
        let given = ["a b", "a_b", "ä", "", "x-2", "x", "x", "x", String(repeating: "k", count: 99)]
            .map { identifiers.identifier(for: $0) }
        #expect(given.prefix(8) == ["a_b", "a_b-2", "_", "_-2", "x-2", "x", "x-3", "x-4"])
        #expect(given.allSatisfy { $0.utf8.count <= 64 } && Set(given).count == given.count)
    }
}
