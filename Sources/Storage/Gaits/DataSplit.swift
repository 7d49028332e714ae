/// What a gait is used for. All real gaits of a subject have the same.
package enum DataSplit: String, Sendable, Codable, CaseIterable {
    /// Trained on.
    case train
    /// Never trained on: models are compared on these.
    case heldOut = "held_out"

    /// The share of every label's gaits that are to be held out.
    static let heldOutShare = 1.0 / 3

    /// The split of a subject that is new.
    ///
    /// A hash of the subject's name would hold out a third only on average: of 40 subjects fewer than ten with a
    /// probability of 10 %. So it is decided by what the label has already, once, and written down.
    ///
    /// - Parameters:
    ///   - total: The real gaits of the first gait's label.
    ///   - heldOut: Those of them that are held out.
    static func next(total: Int, heldOut: Int) -> DataSplit {
        Double(heldOut) + 0.5 < heldOutShare * Double(total + 1) ? .heldOut : .train
    }
}
