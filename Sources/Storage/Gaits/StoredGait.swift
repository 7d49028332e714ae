import Foundation
package import Gait

/// A labeled gait to be stored.
package struct NewGait: Sendable, Equatable {
    /// As in the topics, like ``person``.
    package var robot: String
    package var person: String
    /// No subject is on both sides of the split.
    package var subject: String
    /// Who gave the label; nil if unknown.
    package var annotator: String?
    /// The name of the class, such as `happy`.
    package var label: String
    /// The stamps of the first and the last frame, seconds since the Unix epoch.
    package var start: Double
    package var end: Double
    /// `[T, 16, 3]` meters, y up, 30 frames/s.
    package var gait: Gait
    /// The share of frames, in 0...1, that show every joint.
    package var coverage: Float
    /// Whether a model made the gait: it serves for training, never for evaluation.
    package var isSynthetic: Bool
    /// Whether it is a window of a person in view: a robot, a person and an end name one window, which has one label.
    package var isWindow: Bool
    /// What pictures showed of the gait, if it was lifted: a better lifter may lift it again.
    package var seen: ImageWindow?

    package init(
        robot: String, person: String, subject: String, annotator: String? = nil, label: String,
        start: Double, end: Double, gait: Gait, coverage: Float = 1, isSynthetic: Bool = false,
        isWindow: Bool = false, seen: ImageWindow? = nil
    ) {
        (self.robot, self.person, self.subject, self.annotator) = (robot, person, subject, annotator)
        (self.label, self.start, self.end) = (label, start, end)
        (self.gait, self.coverage, self.isSynthetic) = (gait, coverage, isSynthetic)
        (self.isWindow, self.seen) = (isWindow, seen)
    }

    /// The most frames of a stored gait: 100 s.
    package static let maximumFrames = 3000
    /// The longest name, bytes of UTF-8.
    package static let maximumName = 256

    /// - Throws: ``StorageError/invalid(field:reason:)`` with the field that cannot be stored.
    package func validate() throws(StorageError) {
        for (field, name) in [
            ("robot", robot), ("person", person), ("subject", subject), ("annotator", annotator ?? "-"),
            ("label", label),
        ] {
            guard (1...Self.maximumName).contains(name.utf8.count) else {
                throw .invalid(
                    field: field, reason: "has \(name.utf8.count) bytes; 1 to \(Self.maximumName) are allowed"
                )
            }
            guard name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw .invalid(field: field, reason: "has control characters in it")
            }
        }
        guard start.isFinite, end.isFinite, start <= end else {
            throw .invalid(
                field: "window", reason: "is from \(start) to \(end) s, which is not a valid period")
        }
        guard gait.frames <= Self.maximumFrames else {
            throw .invalid(
                field: "gait", reason: "has \(gait.frames) frames; at most \(Self.maximumFrames) are allowed")
        }
        guard (0...1).contains(coverage) else {
            throw .invalid(field: "coverage", reason: "is \(coverage); it must be from 0 to 1")
        }
    }
}

/// A stored gait without its poses.
package struct GaitRecord: Sendable, Equatable, Codable {
    /// Never reused, not even after the gait is forgotten.
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
    /// The share of frames, in 0...1, that show every joint.
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
    /// `[T, 16, 3]` meters, y up, 30 frames/s.
    package let gait: Gait
    /// What pictures showed of it; nil if it was not lifted.
    package var seen: ImageWindow? = nil
    /// Whether its label has just replaced an earlier one of the same window.
    package var replacesLabel = false

    /// The record's fields.
    package subscript<Value>(dynamicMember path: KeyPath<GaitRecord, Value>) -> Value {
        record[keyPath: path]
    }
}

/// What a gait is used for. All real gaits of a subject have the same split.
package enum DataSplit: String, Sendable, Codable, CaseIterable {
    case train
    /// Never used for training: models are compared on these.
    case heldOut = "held_out"

    /// The share of every label's gaits to hold out.
    static let heldOutShare = 1.0 / 3

    /// The split of a new subject.
    ///
    /// A hash of the subject's name would hold out a third only on average: of 40 subjects, fewer than ten with a
    /// probability of 10 %. So the label's gaits so far decide, once, and the store keeps the decision.
    ///
    /// - Parameters:
    ///   - total: The real gaits of the first gait's label.
    ///   - heldOut: How many of them are held out.
    static func next(total: Int, heldOut: Int) -> DataSplit {
        Double(heldOut) + 0.5 < heldOutShare * Double(total + 1) ? .heldOut : .train
    }
}

/// Poses as the store keeps them: Float32, little endian, `[T, 16, 3]`.
enum PoseBlob {
    static func data(_ gait: Gait) -> Data { data(gait.coordinates) }

    private static func data(_ values: [Float]) -> Data {
        values.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
    }

    /// What pictures showed: `[T, 13, 3]`, each joint's ray and confidence.
    static func data(_ seen: ImageWindow) -> Data { data(seen.values) }

    /// - Throws: ``StorageError/damagedGait(id:reason:)`` if the bytes are not those of a window.
    static func seen(_ data: Data, of record: GaitRecord) throws(StorageError) -> ImageWindow {
        let isWhole = data.count.isMultiple(of: 4)
        let window = ImageWindow(
            values: isWhole ? floats(data, count: data.count / 4) : [], start: record.start, end: record.end,
            coverage: record.coverage)
        guard let window else {
            throw .damagedGait(id: record.id, reason: "\(data.count) bytes are not what pictures showed")
        }
        return window
    }

    private static func floats(_ data: Data, count: Int) -> [Float] {
        data.withUnsafeBytes { bytes in
            (0..<count).map { place in
                let bits = bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }

    /// - Throws: ``StorageError/damagedGait(id:reason:)`` if the bytes do not fit the record's frames.
    static func gait(_ data: Data, of record: GaitRecord) throws(StorageError) -> Gait {
        let values = record.frames * Gait.valuesPerFrame
        guard data.count == values * 4 else {
            throw .damagedGait(id: record.id, reason: "\(data.count) bytes for \(record.frames) frames")
        }
        do { return try Gait(coordinates: floats(data, count: values)) } catch {
            throw .damagedGait(id: record.id, reason: error.description)
        }
    }
}
