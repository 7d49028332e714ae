/// How far two judges of the same things agree about their labels.
package struct LabelAgreement: Sendable, Equatable {
    /// `[one's label][the other's label]`, things.
    package let table: [[Int]]

    /// - Parameter pairs: of each thing one's label and the other's, below `classes`.
    package init(_ pairs: [(one: Int, other: Int)], classes: Int) {
        var table = Array(repeating: Array(repeating: 0, count: classes), count: classes)
        for pair in pairs { table[pair.one][pair.other] += 1 }
        self.table = table
    }

    /// How many things were judged.
    package var count: Int { table.reduce(0) { $0 + $1.reduce(0, +) } }

    /// The share of the things about which both say the same; nil where there are none.
    package var agreement: Double? {
        count == 0 ? nil : Double(table.indices.reduce(0) { $0 + table[$1][$1] }) / Double(count)
    }

    /// Cohen's kappa: the agreement beyond what judges reach who only know how frequent each label is (Cohen 1960);
    /// nil where that is all there can be, since both say one label throughout.
    package var kappa: Double? {
        guard let agreement else { return nil }
        let total = Double(count)
        let chance = table.indices.reduce(0.0) { sum, label in
            let other = table.reduce(0) { $0 + $1[label] }
            return sum + Double(table[label].reduce(0, +)) / total * Double(other) / total
        }
        return chance < 1 ? (agreement - chance) / (1 - chance) : nil
    }
}
