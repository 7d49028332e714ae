import Gait
import Messaging

/// One label as it was asked for.
struct LabelRequest {
    /// What is labelled.
    enum Subject {
        /// The window of a person in view, or gone for less than two minutes, that ends at or before the stamp.
        case window(robot: String, person: String, stamp: Double?)
        /// Skeleton messages, oldest first.
        case supplied([[UInt8]])
    }

    let target: Subject
    let emotion: Emotion
    /// Nil for robot, person and run.
    let subject: String?
    let annotator: String?
    let robot: String?
    let person: String?

    /// - Throws: `RequestFailure` naming the field that is missing, ill-typed or out of range.
    init(_ fields: JSONFields) throws(RequestFailure) {
        let name: String
        do throws(JSONFields.Fault) {
            name = try fields.requiredText("emotion")
            subject = try fields.text("subject")
            annotator = try fields.text("annotator")
            if let gait = try fields.elements("gait") {
                (robot, person) = (try fields.text("robot"), try fields.text("person"))
                target = .supplied(gait)
            } else {
                let (robot, person) = (try fields.requiredText("robot"), try fields.requiredText("person"))
                (self.robot, self.person) = (robot, person)
                target = .window(robot: robot, person: person, stamp: try fields.number("stamp"))
            }
        } catch { throw RequestFailure(error) }
        guard let emotion = Emotion(rawValue: name) else {
            let known = Emotion.allCases.map(\.rawValue)
            throw RequestFailure(
                .unknownEmotion, "'\(name.prefix(64))' is none of \(known.joined(separator: ", "))",
                data: .object(["emotions": .array(known.map { .string($0) })]))
        }
        self.emotion = emotion
        for (field, value) in [("robot", robot), ("person", person)] {
            guard let value, !Topics.isValidName(value) else { continue }
            throw RequestFailure(
                .invalidRequest, "'\(field)' must be a name of up to 64 letters, digits, _ . or -")
        }
    }
}
