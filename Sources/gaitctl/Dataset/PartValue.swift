import ArgumentParser

/// A value for all parts of a data set, or for one, as `60` and `ELMD=60`.
struct PartValue<Value: Sendable>: Sendable {
    /// The part's name; nil: every part that has no value of its own.
    let part: String?
    let value: Value

    /// Reads what is given on a command line.
    ///
    /// - Parameter read: the value; nil where it is none.
    init?(_ argument: String, read: (String) -> Value?) {
        let sides = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let last = sides.last, let value = read(String(last)) else { return nil }
        part = sides.count == 2 ? String(sides[0]) : nil
        self.value = value
    }
}

extension Array {
    /// The last value for a part, or else the last for all; nil where none was given.
    func value<Value>(for part: String) -> Value? where Element == PartValue<Value> {
        (last { $0.part == part } ?? last { $0.part == nil })?.value
    }
}
