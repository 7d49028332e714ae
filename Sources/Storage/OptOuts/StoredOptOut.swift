/// Whose gait is not to be looked at: a person's, everybody's whom a robot sees, or everybody's.
package struct StoredOptOut: Hashable, Sendable {
    /// Nil for all robots.
    package let robot: String?
    /// Nil for everybody; only with a robot.
    package let person: String?

    package init(robot: String? = nil, person: String? = nil) {
        (self.robot, self.person) = (robot, person)
    }
}
