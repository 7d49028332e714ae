/// Selects gaits of a data set and renames their labels.
package struct DatasetSelection: Sendable, Equatable {
    /// A column of the manifest, or `key`, `source_file` or `actor`, and one of its values.
    package struct Condition: Sendable, Equatable {
        package let column: String
        package let value: String

        package init(column: String, value: String) { (self.column, self.value) = (column, value) }

        fileprivate func holds(of gait: LabelledGait) -> Bool { gait.attribute(column) == value }
    }

    /// The names of the labels to keep; empty for all.
    package var labels: [String] = []
    /// Conditions to meet; of several on one column, one suffices.
    package var conditions: [Condition] = []
    /// Conditions that exclude a gait.
    package var exceptions: [Condition] = []
    /// New names of labels, by the old ones; labels that get the same name merge.
    package var renaming: [String: String] = [:]
    /// The labels in another order; empty for the present one.
    package var order: [String] = []

    package init() {}

    /// The selected gaits. Labels without a gait are dropped.
    ///
    /// - Parameter folder: for errors.
    /// - Throws: `DatasetError` naming a label or column that the data set lacks, or if no gait matches.
    package func callAsFunction(_ dataset: GaitDataset, folder: String) throws(DatasetError) -> GaitDataset {
        try check(dataset, folder: folder)
        let columns = Dictionary(grouping: conditions, by: \.column)
        let kept = dataset.gaits.filter { gait in
            (labels.isEmpty || labels.contains(dataset.labelNames[gait.label]))
                && columns.values.allSatisfy { $0.contains { $0.holds(of: gait) } }
                && !exceptions.contains { $0.holds(of: gait) }
        }
        func name(_ gait: LabelledGait) -> String {
            let old = dataset.labelNames[gait.label]
            return renaming[old] ?? old
        }
        let used = Set(kept.map(name))
        var names: [String] = []
        for name in order + dataset.labelNames.map({ renaming[$0] ?? $0 })
        where used.contains(name) && !names.contains(name) {
            names.append(name)
        }
        guard !kept.isEmpty else {
            throw .unreadable(file: folder, reason: "none of its \(dataset.gaits.count) gaits matches")
        }
        return GaitDataset(
            labelNames: names, gaits: kept.map { $0.labelled(names.firstIndex(of: name($0)) ?? 0) })
    }

    private func check(_ dataset: GaitDataset, folder: String) throws(DatasetError) {
        let old = dataset.labelNames
        let new = old.map { renaming[$0] ?? $0 }
        let named = [(labels + renaming.keys.sorted(), old), (order, new)]
        for (wanted, known) in named {
            guard let unknown = wanted.first(where: { !known.contains($0) }) else { continue }
            let reason =
                "there is no label \(unknown); there are \(known.joined(separator: ", "))"
            throw .unreadable(file: folder, reason: reason)
        }
        for condition in conditions + exceptions
        where !dataset.gaits.contains(where: { $0.attribute(condition.column) != nil }) {
            throw .unreadable(
                file: folder, reason: "there is no column \(condition.column) in \(DatasetNames.manifest)")
        }
    }
}
