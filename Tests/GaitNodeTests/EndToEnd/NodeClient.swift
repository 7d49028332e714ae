import Gait
import Messaging
import TestSupport
import Testing

/// What a test says to a node, and waits to hear from it.
extension TestClient {
    /// Sends a request and waits for the answer on the command's response topic.
    @discardableResult
    func ask(
        _ command: String, _ json: String = "{}", within seconds: Double = 30,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ResponseMessage {
        let before = messages.count
        try publish("gaitd/n1/request/\(command)", json)
        return try await first(
            ResponseMessage.self, on: "gaitd/n1/response/\(command)", from: before, within: seconds,
            sourceLocation: sourceLocation)
    }

    /// Asks for a retraining, which is accepted; the job's number.
    @discardableResult
    func retrain(_ json: String = "{}", sourceLocation: SourceLocation = #_sourceLocation) async throws -> Int
    {
        let answer = try await ask("retrain", json, sourceLocation: sourceLocation)
        return Int(try #require(answer.data?["job"]?.number, "\(answer)", sourceLocation: sourceLocation))
    }

    /// Waits for the training message that meets the predicate.
    @discardableResult
    func training(
        from index: Int = 0, within seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (TrainingMessage) -> Bool = { _ in true }
    ) async throws -> TrainingMessage {
        try await first(
            TrainingMessage.self, on: "gaitd/n1/training", from: index, within: seconds,
            sourceLocation: sourceLocation, where: predicate)
    }

    /// Waits for a person's emotion that meets the predicate, or else for one that was read.
    @discardableResult
    func emotion(
        of person: String, robot: String = "r1", from index: Int = 0,
        sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (EmotionMessage) -> Bool = { $0.state == .ok }
    ) async throws -> EmotionMessage {
        try await first(
            EmotionMessage.self, on: "robots/\(robot)/people/\(person)/emotion", from: index,
            sourceLocation: sourceLocation, where: predicate)
    }

    /// Waits for a robot's list of people that meets the predicate.
    @discardableResult
    func people(
        of robot: String = "r1", from index: Int = 0, sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable ([String]) -> Bool = { _ in true }
    ) async throws -> [String] {
        try await first(
            PeopleMessage.self, on: "robots/\(robot)/people", from: index, sourceLocation: sourceLocation
        ) { predicate($0.people) }.people
    }

    /// Waits for a node's health message that meets the predicate.
    @discardableResult
    func health(
        of node: String = "n1", from index: Int = 0, sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (HealthMessage) -> Bool = { _ in true }
    ) async throws -> HealthMessage {
        try await first(
            HealthMessage.self, on: "gaitd/\(node)/health", from: index, sourceLocation: sourceLocation,
            where: predicate)
    }

    /// Waits for a node's description, which it publishes when it listens.
    @discardableResult
    func info(
        of node: String = "n1", from index: Int = 0, sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (InfoMessage) -> Bool = { _ in true }
    ) async throws -> InfoMessage {
        try await first(
            InfoMessage.self, on: "gaitd/\(node)/info", from: index, sourceLocation: sourceLocation,
            where: predicate)
    }

    /// Waits until a node's state is the given one.
    func state(
        _ state: StateMessage.State, of node: String = "n1", from index: Int = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        _ = try await first(
            StateMessage.self, on: "gaitd/\(node)/state", from: index, sourceLocation: sourceLocation
        ) { $0.state == state }
    }

    /// Lets figures walk before a robot until the source is canceled or the client closes.
    @discardableResult
    func walk(_ figures: [WalkingFigure], robot: String = "r1") -> Task<Void, Never> {
        stream(to: "robots/\(robot)/skeletons") { WalkingFigure.message(figures, at: $1) }
    }

    /// Lets one figure walk.
    @discardableResult
    func walk(_ person: String?, robot: String = "r1") -> Task<Void, Never> {
        walk([WalkingFigure(id: person)], robot: robot)
    }
}

extension JSONValue {
    /// A field of an object; nil of anything else.
    subscript(name: String) -> JSONValue? { if case .object(let fields) = self { fields[name] } else { nil } }

    /// The elements of an array; empty of anything else.
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

    /// The number; nil of anything else.
    var number: Double? { if case .number(let number) = self { number } else { nil } }
}
