/// The assignment of rows to columns of least total cost (Jonker and Volgenant 1987: shortest augmenting
/// paths), in storage that is reused: nothing is allocated once it is as large as it needs to be.
struct Assignment {
    /// The column of each row of the matrix last solved.
    private(set) var columns: [Int] = []

    /// The dual variables of rows and columns; of columns the last is the one from which paths begin.
    private var rowPotential: [Float] = []
    private var columnPotential: [Float] = []
    /// The row of each column, -1 if it is free.
    private var rowOfColumn: [Int] = []
    /// The column before each one on its shortest path.
    private var previous: [Int] = []
    private var distance: [Float] = []
    private var isReached: [Bool] = []

    /// Assigns each row a different column.
    ///
    /// - Parameters:
    ///   - costs: `[rows, columns]`, row major, finite; `Assignment.forbidden` for pairs to avoid unless there is no
    ///     alternative.
    ///   - rows: at most `columns`.
    mutating func solve(_ costs: [Float], rows: Int, columns count: Int) {
        precondition(rows <= count && costs.count >= rows * count, "fewer columns than rows")
        reset(rows: rows, columns: count)
        for row in 0..<rows { augment(from: row, costs, columns: count) }
        for column in 0..<count where rowOfColumn[column] >= 0 { columns[rowOfColumn[column]] = column }
    }

    /// A cost that no sum of others reaches, and that still leaves their differences in a Float.
    static let forbidden: Float = 1e5

    private mutating func reset(rows: Int, columns count: Int) {
        func fill<Value>(_ array: inout [Value], _ value: Value, _ count: Int) {
            array.removeAll(keepingCapacity: true)
            array.append(contentsOf: repeatElement(value, count: count))
        }
        fill(&columns, -1, rows)
        fill(&rowPotential, 0, rows)
        fill(&columnPotential, 0, count + 1)
        fill(&rowOfColumn, -1, count + 1)
        fill(&previous, count, count + 1)
        fill(&distance, .infinity, count + 1)
        fill(&isReached, false, count + 1)
    }

    /// Gives a row the column at the end of the shortest path to a free one, and exchanges the rows on it.
    private mutating func augment(from row: Int, _ costs: [Float], columns count: Int) {
        for column in 0...count {
            distance[column] = .infinity
            isReached[column] = false
        }
        var column = count
        rowOfColumn[column] = row
        while rowOfColumn[column] >= 0 {
            isReached[column] = true
            column = advance(from: column, costs, columns: count)
        }
        while column != count {
            rowOfColumn[column] = rowOfColumn[previous[column]]
            column = previous[column]
        }
        rowOfColumn[count] = -1
    }

    /// One step of Dijkstra's search: the nearest column that was not reached yet.
    private mutating func advance(from column: Int, _ costs: [Float], columns count: Int) -> Int {
        let row = rowOfColumn[column]
        var (nearest, step) = (count, Float.infinity)
        for next in 0..<count where !isReached[next] {
            let reduced = costs[row * count + next] - rowPotential[row] - columnPotential[next]
            if reduced < distance[next] {
                distance[next] = reduced
                previous[next] = column
            }
            if distance[next] < step { (nearest, step) = (next, distance[next]) }
        }
        for reached in 0...count {
            if isReached[reached] {
                rowPotential[rowOfColumn[reached]] += step
                columnPotential[reached] -= step
            } else {
                distance[reached] -= step
            }
        }
        return nearest
    }
}
