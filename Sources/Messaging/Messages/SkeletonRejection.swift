/// A skeleton message that was refused as a whole.
package struct SkeletonRejection: Error, Equatable, CustomStringConvertible {
    package var reason: RejectionReason
    /// Where in the payload the fault was found, counted from 0.
    package var byteOffset: Int

    package init(_ reason: RejectionReason, at byteOffset: Int) {
        self.reason = reason
        self.byteOffset = byteOffset
    }

    package var description: String {
        "the skeleton message was rejected as \(reason.rawValue) at byte \(byteOffset)"
    }
}
