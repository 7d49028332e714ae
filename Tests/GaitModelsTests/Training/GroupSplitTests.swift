import Gait
import Testing

@testable import GaitModels

struct GroupSplitTests {
    /// Three gaits in every group; so many groups per class.
    private func gaits(groups: [Int]) -> [TrainingGait] {
        let gait = TestWalk.gait(armSwing: 0.4, frames: 1)
        return groups.indices.flatMap { label in
            (0..<groups[label]).flatMap { group in
                (0..<3).map {
                    TrainingGait(
                        key: "\(label).\(group).\($0)", gait: gait, label: label, group: "\(label).\(group)")
                }
            }
        }
    }

    @Test("a recording is in one fold, and each class is spread evenly", arguments: 1...20)
    func folds(seed: UInt64) {
        let gaits = gaits(groups: [8, 4, 5, 2])
        let folds = GroupSplit.folds(gaits, count: 4, seed: seed)
        var places: [String: Set<Int>] = [:]
        for (gait, fold) in zip(gaits, folds) { places[gait.group, default: []].insert(fold) }
        #expect(places.values.allSatisfy { $0.count == 1 })
        for (label, count) in [8, 4, 5, 2].enumerated() {
            let sizes = (0..<4).map { fold in
                places.count { $0.key.hasPrefix("\(label).") && $0.value.contains(fold) }
            }
            #expect(sizes.reduce(0, +) == count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        }
        let totals = (0..<4).map { fold in places.values.count { $0.contains(fold) } }
        #expect((totals.max() ?? 0) - (totals.min() ?? 0) <= 1)
    }

    @Test("the same seed splits alike in any order of the gaits; another one splits differently")
    func stability() {
        let some = gaits(groups: [8, 6])
        let folds = GroupSplit.folds(some, count: 4, seed: 7)
        #expect(GroupSplit.folds(some, count: 4, seed: 7) == folds)
        #expect(GroupSplit.folds(some.reversed(), count: 4, seed: 7) == folds.reversed())
        #expect(GroupSplit.folds(some, count: 4, seed: 8) != folds)
        let held = GroupSplit.heldOut(some, share: 0.25, seed: 7)
        #expect(GroupSplit.heldOut(some, share: 0.25, seed: 7) == held)
        #expect(GroupSplit.heldOut(some.reversed(), share: 0.25, seed: 7) == held.reversed())
        #expect((8...20).contains { GroupSplit.heldOut(some, share: 0.25, seed: $0) != held })
    }

    @Test(
        "a share of each class is held out, at least one of two, never all",
        arguments: [0.05, 0.25, 0.9, 1])
    func heldOut(share: Double) {
        let gaits = gaits(groups: [8, 4, 2, 1])
        let held = GroupSplit.heldOut(gaits, share: share, seed: 3)
        var places: [String: Set<Bool>] = [:]
        for (gait, isHeld) in zip(gaits, held) { places[gait.group, default: []].insert(isHeld) }
        #expect(places.values.allSatisfy { $0.count == 1 })
        let counts = (0..<4).map { label in
            places.count { $0.key.hasPrefix("\(label).") && $0.value == [true] }
        }
        for (count, groups) in zip(counts, [8, 4, 2]) {
            #expect(count >= 1 && count < groups)
            #expect(abs(Double(count) - Double(groups) * share) <= 1)
        }
        #expect(counts[3] == 0)
    }

    @Test("a share of 0 holds nothing out")
    func nothing() {
        #expect(!GroupSplit.heldOut(gaits(groups: [4, 4]), share: 0, seed: 1).contains(true))
    }

    @Test("actors who show every emotion stay together too")
    func actors() {
        let gait = TestWalk.gait(armSwing: 0.4, frames: 1)
        let gaits = (0..<24).map { index in
            TrainingGait(key: "\(index)", gait: gait, label: index % 4, group: "actor\(index / 4)")
        }
        let held = GroupSplit.heldOut(gaits, share: 0.3, seed: 2)
        let actors = Set(zip(gaits, held).filter(\.1).map(\.0.group))
        #expect(!actors.isEmpty && actors.count < 6)
        #expect(zip(gaits, held).allSatisfy { actors.contains($0.group) == $1 })
        let folds = GroupSplit.folds(gaits, count: 3, seed: 2)
        #expect((0..<3).allSatisfy { fold in folds.count { $0 == fold } == 8 })
    }
}

struct ParallelWorkTests {
    private struct Failure: Error, Equatable { let index: Int }

    @Test("results come in order with any number of threads", arguments: [0, 1, 2, 5])
    func order(threads: Int) throws {
        #expect(try ParallelWork.map(count: 40, threads: threads) { $0 * $0 } == (0..<40).map { $0 * $0 })
        #expect(try ParallelWork.map(count: 0, threads: threads) { $0 }.isEmpty)
    }

    @Test("the first failure in order is thrown")
    func failure() {
        #expect(throws: Failure(index: 3)) {
            try ParallelWork.map(count: 10, threads: 2) { index in
                if index >= 3 { throw Failure(index: index) }
                return index
            }
        }
    }
}

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
