package import Gait

/// A labelled gait to be stored.
package struct NewGait: Sendable, Equatable {
    /// As in the topics, like ``person``.
    package var robot: String
    package var person: String
    /// What splits are disjoint by.
    package var subject: String
    /// Who gave the label; nil where it is not known.
    package var annotator: String?
    /// The name of the class, such as `happy`.
    package var label: String
    /// The stamps of the first and the last frame, seconds since the Unix epoch.
    package var start: Double
    package var end: Double
    /// `[T, 16, 3]` metres, y up, 30 frames/s.
    package var gait: Gait
    /// The share of the frames, in 0...1, in which every joint was seen.
    package var coverage: Float
    /// Whether a model made the gait: it is trained on, and never judged by.
    package var isSynthetic: Bool

    package init(
        robot: String, person: String, subject: String, annotator: String? = nil, label: String,
        start: Double,
        end: Double, gait: Gait, coverage: Float = 1, isSynthetic: Bool = false
    ) {
        (self.robot, self.person, self.subject, self.annotator) = (robot, person, subject, annotator)
        (self.label, self.start, self.end) = (label, start, end)
        (self.gait, self.coverage, self.isSynthetic) = (gait, coverage, isSynthetic)
    }

    /// The most frames of a stored gait: 100 s.
    package static let maximumFrames = 3000
    /// The longest name, bytes of UTF-8.
    package static let maximumName = 256

    /// - Throws: ``StorageError/invalid(field:reason:)`` naming what cannot be stored.
    func validate() throws(StorageError) {
        for (field, name) in [
            ("robot", robot), ("person", person), ("subject", subject), ("annotator", annotator ?? "-"),
            ("label", label),
        ] {
            guard (1...Self.maximumName).contains(name.utf8.count) else {
                throw .invalid(
                    field: field, reason: "has \(name.utf8.count) bytes, 1 to \(Self.maximumName) are stored")
            }
            guard name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw .invalid(field: field, reason: "has control characters in it")
            }
        }
        guard start.isFinite, end.isFinite, start <= end else {
            throw .invalid(field: "window", reason: "is from \(start) to \(end) s, which is no span of time")
        }
        guard gait.frames <= Self.maximumFrames else {
            throw .invalid(
                field: "gait", reason: "has \(gait.frames) frames, at most \(Self.maximumFrames) are stored")
        }
        guard (0...1).contains(coverage) else {
            throw .invalid(field: "coverage", reason: "is \(coverage), it is 0 to 1")
        }
    }
}
