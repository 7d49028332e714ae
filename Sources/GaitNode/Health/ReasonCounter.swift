/// How often something happened, by a reason from a fixed set of names.
struct ReasonCounter {
    /// Reason names and their counts since the start.
    private(set) var counts: [String: Int] = [:]

    mutating func count(_ reason: String, times: Int = 1) {
        guard times > 0 else { return }
        counts[reason, default: 0] += times
    }
}
