import Gait

/// Splits gaits so that no recording is on both sides.
package enum GroupSplit {
    /// The fold of each gait: every class's groups are shuffled and dealt out in turn, so that they are
    /// spread over the folds as evenly as their number allows.
    ///
    /// A group with gaits of several classes is dealt with the first of them. Dealing goes on where the
    /// last class ended, so that small classes do not all land in the first folds.
    static func folds(_ gaits: [TrainingGait], count: Int, seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        var fold: [String: Int] = [:]
        var next = 0
        for label in Set(gaits.map(\.label)).sorted() {
            let groups = Set(gaits.filter { $0.label == label }.map(\.group)).subtracting(fold.keys).sorted()
            for group in groups.shuffled(using: &generator) {
                fold[group] = next % count
                next += 1
            }
        }
        return gaits.map { fold[$0.group] ?? 0 }
    }

    /// Whether each gait is held out: about `share` of every class's groups, at least one of a class with two
    /// or more, and never all of them.
    static func heldOut(_ gaits: [TrainingGait], share: Double, seed: UInt64) -> [Bool] {
        var generator = SeededGenerator(seed: seed)
        var held = Set<String>()
        var seen = Set<String>()
        for label in Set(gaits.map(\.label)).sorted() where share > 0 {
            let groups = Set(gaits.filter { $0.label == label }.map(\.group)).subtracting(seen).sorted()
            seen.formUnion(groups)
            // A class may have no group left if actors show several emotions.
            guard groups.count > 1 else { continue }
            let wanted = Int((Double(groups.count) * share).rounded())
            held.formUnion(groups.shuffled(using: &generator).prefix(min(max(wanted, 1), groups.count - 1)))
        }
        return gaits.map { held.contains($0.group) }
    }

    /// Checks that every label can be trained on when some of its gaits are held out.
    ///
    /// - Parameters:
    ///   - further: gaits that are trained on and never held out, such as simulated ones.
    ///   - set: the data set's name in the error.
    /// - Throws: ``ModelError/training(_:)`` naming the label whose gaits all belong to one group.
    package static func check(
        _ gaits: [TrainingGait], further: [TrainingGait] = [], labels: [String], of set: String
    ) throws(ModelError) {
        let covered = Set(further.map(\.label))
        for (label, own) in Dictionary(grouping: gaits, by: \.label).sorted(by: { $0.key < $1.key }) {
            guard Set(own.map(\.group)).count == 1, let first = own.first else { continue }
            // All gaits of a rig may be held out if others are trained on; a single gait measures nothing.
            if own.count > 1, covered.contains(label) { continue }
            let what = own.count == 1 ? "one gait only (\(first.key))" : "gaits of \(first.group) only"
            throw .training(
                "\(set): \(labels[label]) has \(what), which can be trained on or held out, not both; add "
                    + "recordings of \(labels[label]), or train without folds and with --validation 0")
        }
    }

    /// The gaits to train on and, by ``heldOut(_:share:seed:)``, those that are held out.
    package static func split(
        _ gaits: [TrainingGait], heldOut share: Double, seed: UInt64
    ) -> (kept: [TrainingGait], heldOut: [TrainingGait]) {
        let held = heldOut(gaits, share: share, seed: seed)
        return (
            zip(gaits, held).filter { !$1 }.map(\.0), zip(gaits, held).filter { $1 }.map(\.0)
        )
    }

    /// For each fold by ``folds(_:count:seed:)``, the gaits of the other folds and its own.
    ///
    /// - Throws: ``ModelError/training(_:)`` if a fold would be empty.
    package static func splits(
        _ gaits: [TrainingGait], folds count: Int, seed: UInt64
    ) throws(ModelError) -> [(kept: [TrainingGait], heldOut: [TrainingGait])] {
        let fold = folds(gaits, count: count, seed: seed)
        guard Set(fold).count == count else {
            throw .training(
                "\(Set(gaits.map(\.group)).count) recordings cannot be dealt into \(count) folds")
        }
        return (0..<count).map { number in
            (
                zip(gaits, fold).filter { $1 != number }.map(\.0),
                zip(gaits, fold).filter { $1 == number }.map(\.0)
            )
        }
    }
}
