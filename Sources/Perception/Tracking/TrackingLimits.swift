/// When people in front of a camera are followed, and for how long.
package struct TrackingLimits: Equatable, Sendable {
    /// The most people that are followed at once, at least 1.
    package var maximumPeople = 6
    /// The score of landmarks, 0...1, from which they are somebody new.
    package var newScore: Float = 0.7
    /// The score of landmarks, 0...1, under which somebody followed was not found.
    package var keptScore: Float = 0.5
    /// How often in a row somebody is not found until the track is lost.
    package var misses = 3
    /// The similarity of two bodies' landmarks, 0...1, from which they are one body.
    package var duplicateSimilarity: Float = 0.6
    /// How long somebody lost is expected again, seconds.
    package var lostSeconds = 2.0

    package init() {}

    /// - Parameter maximumPeople: at least 1.
    package init(maximumPeople: Int) {
        self.maximumPeople = max(1, maximumPeople)
    }
}
