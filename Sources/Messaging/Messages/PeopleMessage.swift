/// `robots/{robot}/people`: who is in view, at every change.
package struct PeopleMessage: JSONMessage {
    /// Seconds since the Unix epoch.
    package var stamp: Double
    /// The names that the emotion topics have.
    package var people: [String]

    package init(stamp: Double, people: [String]) {
        self.stamp = stamp
        self.people = people
    }
}
