import Messaging

extension TrainingMessage {
    /// What may end a job by the child's own word.
    private static let results: Set<State> = [.succeeded, .rejected, .failed]

    /// Takes in one line that the child wrote: a JSON object with fields of the training message. Fields that are
    /// absent stay as they are.
    ///
    /// - Returns: The result, where the line tells one; it is not taken over, since the child has not ended yet.
    /// - Throws: `JSONFields.Fault` where the line is none; the message is unchanged then.
    mutating func takeProgress(_ line: [UInt8]) throws(JSONFields.Fault) -> State? {
        let fields = try JSONFields(line)
        var next = self
        if let name = try fields.text("stage") {
            guard let stage = Stage(rawValue: name) else {
                throw .illTyped(
                    field: "stage", expected: Stage.allCases.map(\.rawValue).joined(separator: ", "))
            }
            if stage != next.stage { (next.epoch, next.epochs, next.loss) = (nil, nil, nil) }
            next.stage = stage
        }
        if let progress = try fields.number("progress") { next.progress = min(max(progress, 0), 1) }
        next.epoch = try fields.wholeNumber("epoch") ?? next.epoch
        next.epochs = try fields.wholeNumber("epochs") ?? next.epochs
        next.loss = try fields.number("loss") ?? next.loss
        next.eta = try fields.number("eta_s") ?? next.eta
        next.metrics = fields.value("metrics") ?? next.metrics
        next.reason = try fields.text("reason") ?? next.reason
        next.model = fields.value("model") ?? next.model
        var result: State?
        if let name = try fields.text("state") {
            result = State(rawValue: name).flatMap { Self.results.contains($0) ? $0 : nil }
        }
        self = next
        return result
    }
}
