/// What a pose buffer did with a pose. All but `accepted` mean that it was dropped.
package enum Admission: String, CaseIterable, Sendable {
    case accepted
    /// The stamp is before the newest pose's.
    case late
    /// The stamp is the newest pose's.
    case duplicate
    /// The stamp is closer to the newest pose's than at the highest rate that the buffer holds.
    case tooFrequent = "too_frequent"
    /// No joint is present.
    case empty
    /// The stamp is not finite.
    case invalidStamp = "invalid_stamp"
}
