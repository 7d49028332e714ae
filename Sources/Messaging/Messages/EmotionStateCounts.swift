package import Gait

/// How many emotions had each state. Every state is named, whether it occurred or not.
package struct EmotionStateCounts: Codable, Sendable, Equatable, CustomStringConvertible {
    package private(set) var ok = 0
    package private(set) var uncertain = 0
    package private(set) var notWalking = 0
    package private(set) var insufficientData = 0

    package init() {}

    /// Counts an emotion.
    package mutating func count(_ state: EmotionState) {
        switch state {
        case .ok: ok += 1
        case .uncertain: uncertain += 1
        case .notWalking: notWalking += 1
        case .insufficientData: insufficientData += 1
        }
    }

    package var description: String {
        "\(ok) ok, \(uncertain) uncertain, \(notWalking) not walking, \(insufficientData) with insufficient data"
    }

    private enum CodingKeys: String, CodingKey {
        case ok, uncertain
        case notWalking = "not_walking"
        case insufficientData = "insufficient_data"
    }
}
