import Gait
import Testing

@testable import GaitModels

@Suite("TrainingGait")
struct TrainingGaitTests {
    @Test("the hash depends on keys, labels, coordinates and order, and on nothing else")
    func hash() {
        let walks = TestWalk.classes(perClass: 1, seed: 1)
        let first = walks[0]
        let hash = TrainingGait.hash(walks)
        #expect(hash.count == 64 && TrainingGait.hash(walks) == hash)
        #expect(TrainingGait.hash(walks.reversed()) != hash)
        func changed(key: String? = nil, gait: Gait? = nil, label: Int? = nil, group: String? = nil) -> String
        {
            let other = TrainingGait(
                key: key ?? first.key, gait: gait ?? first.gait, label: label ?? first.label,
                group: group ?? first.group)
            return TrainingGait.hash([other, walks[1]])
        }
        #expect(changed() == hash && changed(group: "another") == hash)
        #expect(changed(key: "another") != hash && changed(label: 1) != hash)
        #expect(changed(gait: first.gait.mirrored()) != hash)
    }
}
