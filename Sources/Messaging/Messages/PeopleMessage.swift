/// `robots/{robot}/people`: who is in view, at every change.
package struct PeopleMessage: JSONMessage {
    /// Seconds since the Unix epoch.
    package var stamp: Double
    /// The node that sees them; nil in what others have written.
    package var node: String?
    /// The names that the emotion topics have.
    package var people: [String]

    package init(stamp: Double, node: String? = nil, people: [String]) {
        self.stamp = stamp
        self.node = node
        self.people = people
    }
}
