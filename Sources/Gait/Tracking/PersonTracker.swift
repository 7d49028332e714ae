import Foundation

/// Follows the people of one source by where they are, for bodies that come without ids.
///
/// Every frame's positions are assigned to the people in view by least total cost: how unlikely each
/// sighting is where its person was expected. Nothing is allocated in the steady state.
package struct PersonTracker: Sendable {
    /// The most people that are followed at once; those beyond are nobody.
    package static let maximumPeople = 256
    /// Deviations from the expected position at which a sighting is somebody else's.
    private static let gate: Float = 4
    /// The furthest from the expected position, metres, however long ago the person was seen.
    private static let furthest: Float = 1.5
    /// The cost of a sighting of somebody new: above that of any sighting within the gate.
    private static let newcomer: Float = 30

    /// The person of each position of the frame last taken in; nil where there was no place.
    package private(set) var numbers: [Int?] = []

    /// Seconds without a sighting after which a person is forgotten.
    private let timeout: Double
    private var clock = TrackingClock()
    private var tracks: [Track] = []
    private var costs: [Float] = []
    private var assignment = Assignment()

    package init(timeout: Double) {
        self.timeout = timeout
    }

    /// Finds who is at each of a frame's positions.
    ///
    /// - Parameters:
    ///   - positions: over the ground, metres; all of one frame.
    ///   - stamp: the frame's time by the source's clock, whatever that shows.
    ///   - arrival: when it arrived, seconds of a clock that does not jump.
    ///   - nextNumber: gives a new person's number.
    package mutating func follow(
        _ positions: [SIMD2<Float>], stamp: Double, arrival: Double, nextNumber: () -> Int
    ) {
        let now = clock.advance(stamp: stamp, arrival: arrival)
        tracks.removeAll { now - $0.lastSeen > timeout }
        numbers.removeAll(keepingCapacity: true)
        guard !positions.isEmpty else { return }
        fillCosts(positions, at: now)
        let known = tracks.count
        assignment.solve(costs, rows: positions.count, columns: known + positions.count)
        for (row, position) in positions.enumerated() {
            let column = assignment.columns[row]
            if column < known {
                tracks[column].see(position, at: now)
                numbers.append(tracks[column].number)
            } else if tracks.count < Self.maximumPeople {
                let number = nextNumber()
                tracks.append(Track(number: number, at: position, time: now))
                numbers.append(number)
            } else {
                numbers.append(nil)
            }
        }
    }

    /// Forgets a person who has left.
    package mutating func forget(_ number: Int) {
        tracks.removeAll { $0.number == number }
    }

    /// The costs, `[positions, people and newcomers]`: the negative logarithm of a sighting's likelihood.
    ///
    /// The logarithm of the variance keeps somebody long unseen, who is expected nearly anywhere, from taking
    /// the sighting of somebody who was there a moment ago.
    private mutating func fillCosts(_ positions: [SIMD2<Float>], at now: Double) {
        let columns = tracks.count + positions.count
        costs.removeAll(keepingCapacity: true)
        costs.append(contentsOf: repeatElement(Self.newcomer, count: positions.count * columns))
        for (column, track) in tracks.enumerated() {
            let expected = track.expected(at: now)
            let furthest = min(Self.gate * Self.gate * expected.variance, Self.furthest * Self.furthest)
            let penalty = 2 * log(expected.variance)
            for (row, position) in positions.enumerated() {
                let offset = position - expected.position
                let distance = (offset * offset).sum()
                let isPossible = distance <= furthest && track.canReach(position, at: now)
                costs[row * columns + column] =
                    isPossible ? distance / expected.variance + penalty : Assignment.forbidden
            }
        }
    }
}
