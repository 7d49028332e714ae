import GRDB

/// Selects the gaits of the store that match every given field; all of them if no field is given.
package struct GaitSelection: Sendable, Equatable {
    package var ids: [Int64]?
    package var robot: String?
    package var person: String?
    package var subject: String?
    package var annotator: String?
    package var label: String?
    package var split: DataSplit?
    package var isSynthetic: Bool?

    /// - Parameter ids: Gaits by their numbers; nil for any.
    package init(
        ids: [Int64]? = nil, robot: String? = nil, person: String? = nil, subject: String? = nil,
        annotator: String? = nil, label: String? = nil, split: DataSplit? = nil, isSynthetic: Bool? = nil
    ) {
        (self.ids, self.robot, self.person, self.subject) = (ids, robot, person, subject)
        (self.annotator, self.label, self.split, self.isSynthetic) = (annotator, label, split, isSynthetic)
    }

    package static let all = GaitSelection()

    /// Whether no field is given.
    package var isEmpty: Bool { self == .all }

    /// The condition over the tables `gait` and `subject`, and its values.
    var condition: (sql: String, arguments: StatementArguments) {
        var parts = ["1"]
        var arguments = StatementArguments()
        func add(_ part: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            parts.append(part)
            arguments += [value]
        }
        if let ids {
            // Numbers may go into the statement itself, which takes few arguments.
            parts.append("gait.id IN (\(ids.map(String.init).joined(separator: ",")))")
        }
        add("gait.robot = ?", robot)
        add("gait.person = ?", person)
        // However Unicode writes the name: an accent may be a letter of its own or not.
        add("gait.subject = ? COLLATE swiftCompare", subject)
        add("gait.annotator = ?", annotator)
        add("gait.label = ?", label)
        add("\(GaitStore.splitColumn) = ?", split?.rawValue)
        add("gait.synthetic = ?", isSynthetic)
        return (parts.joined(separator: " AND "), arguments)
    }
}

/// The number of gaits of a label in the store.
package struct GaitCount: Sendable, Equatable, Codable {
    package let label: String
    package let split: DataSplit
    package let isSynthetic: Bool
    package let gaits: Int
    /// How many subjects they come from.
    package let subjects: Int

    enum CodingKeys: String, CodingKey {
        case label, split, gaits, subjects
        case isSynthetic = "synthetic"
    }
}
