/// Looks for the largest number of people that is carried: doubling, then halving the interval.
struct LoadSearch {
    /// The number that is tried first.
    var first = 64
    /// The largest number that is tried.
    let limit: Int

    /// The largest number that was found to be carried, within a twentieth; 0 where none was.
    ///
    /// - Parameter isCarried: tries a number.
    func largest(_ isCarried: (Int) async throws -> Bool) async rethrows -> Int {
        var (carried, candidate) = (0, min(first, limit))
        var refused = limit + 1
        while refused - carried > max(carried / 20, 1) {
            if try await isCarried(candidate) { carried = candidate } else { refused = candidate }
            candidate = refused > limit ? min(max(carried, 1) * 2, limit) : (carried + refused) / 2
            if carried == limit { break }
        }
        return carried
    }
}
