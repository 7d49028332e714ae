package import Gait

/// What is stored about a gait, without its poses.
package struct GaitRecord: Sendable, Equatable, Codable {
    /// Never given again, also after the gait was forgotten.
    package let id: Int64
    package let robot: String
    package let person: String
    package let subject: String
    package let annotator: String?
    package let label: String
    /// The stamps of the first and the last frame, seconds since the Unix epoch.
    package let start: Double
    package let end: Double
    package let frames: Int
    /// The share of the frames, in 0...1, in which every joint was seen.
    package let coverage: Float
    package let isSynthetic: Bool
    package let split: DataSplit
    /// When it was stored, seconds since the Unix epoch.
    package let created: Double

    enum CodingKeys: String, CodingKey {
        case id, robot, person, subject, annotator, label, start, end, frames, coverage, split, created
        case isSynthetic = "synthetic"
    }
}

/// A gait of the store.
@dynamicMemberLookup
package struct StoredGait: Sendable, Equatable {
    package let record: GaitRecord
    /// `[T, 16, 3]` metres, y up, 30 frames/s.
    package let gait: Gait

    /// What the record has, as if it were here.
    package subscript<Value>(dynamicMember path: KeyPath<GaitRecord, Value>) -> Value {
        record[keyPath: path]
    }
}
