import Foundation
import Messaging

/// What a retraining is to do; written into the job's row.
struct RetrainRequest: Codable, Equatable {
    /// Whether a better model is served.
    enum Activation: String, Codable, CaseIterable {
        case ifBetter = "if_better"
        case never
    }

    /// Who wanted it.
    enum Origin: String, Codable {
        case request, schedule, forget
    }

    var epochs: Int
    var augmentPerClass: Int
    /// Seconds that the training plans with.
    var budget: Double
    var activate = Activation.ifBetter
    var origin: Origin

    /// What the configuration says.
    init(_ configuration: NodeConfiguration.Retrain, origin: Origin) {
        epochs = configuration.epochs
        augmentPerClass = configuration.augmentPerClass
        budget = configuration.budget
        self.origin = origin
    }

    /// The fields of a `retrain` request, over what the configuration says.
    ///
    /// - Throws: `RequestFailure` for a field that is ill-typed or out of range.
    init(_ fields: JSONFields, _ configuration: NodeConfiguration.Retrain) throws(RequestFailure) {
        self.init(configuration, origin: .request)
        do throws(JSONFields.Fault) {
            epochs = try fields.wholeNumber("epochs") ?? epochs
            augmentPerClass = try fields.fields("augment")?.wholeNumber("per_class") ?? augmentPerClass
            budget = try fields.number("budget_s") ?? budget
            if let name = try fields.text("activate") {
                guard let known = Activation(rawValue: name) else {
                    throw .illTyped(field: "activate", expected: "if_better or never")
                }
                activate = known
            }
        } catch { throw RequestFailure(error) }
        for (name, value, range) in [
            ("epochs", Double(epochs), 1.0...10_000),
            ("augment.per_class", Double(augmentPerClass), 0...10_000),
            ("budget_s", budget, 1...604_800),
        ] where !range.contains(value) {
            throw RequestFailure(
                .invalidRequest,
                "'\(name)' is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// As the job's row keeps it.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
