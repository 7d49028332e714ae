/// `robots/{robot}/people/{person}/emotion`: how one person's gait is perceived.
package struct EmotionMessage: JSONMessage {
    package enum State: String, Codable, Sendable, CaseIterable {
        /// `emotion` holds the perceived emotion.
        case ok
        /// The probabilities are given, but none is above the configured confidence.
        case uncertain
        /// The window is not covered well enough by poses.
        case insufficientData = "insufficient_data"
        /// The person stands, sits or does something else.
        case notWalking = "not_walking"
    }

    /// The 75 frames that were looked at.
    package struct Window: Codable, Sendable, Equatable {
        /// Stamps of its first and last frame, seconds.
        package var start: Double
        package var end: Double
        package var frames: Int
        /// Share of the frames that poses stand behind, 0...1.
        package var coverage: Float

        package init(start: Double, end: Double, frames: Int, coverage: Float) {
            self.start = start
            self.end = end
            self.frames = frames
            self.coverage = coverage
        }
    }

    /// Which model answered.
    package struct Model: Codable, Sendable, Equatable {
        package var name: String
        package var version: Int
        package var sha256: String

        package init(name: String, version: Int, sha256: String) {
            self.name = name
            self.version = version
            self.sha256 = sha256
        }
    }

    /// How much one joint counted for the emotion.
    package struct JointShare: Codable, Sendable, Equatable {
        /// Such as `l_hand`.
        package var joint: String
        /// Of what all joints counted, 0...1.
        package var share: Float

        package init(joint: String, share: Float) {
            (self.joint, self.share) = (joint, share)
        }
    }

    package var schema = 1
    /// The newest frame's stamp, seconds.
    package var stamp: Double
    package var node: String
    package var robot: String
    package var person: String
    package var frameID: String?
    /// The root joint in the source's own frame, `[x, y, z]` in metres.
    package var position: [Float]?
    /// `skeletons` or the camera's name (`SkeletonSource.name`).
    package var source: String
    package var state: State
    /// The perceived emotion; nil unless `state` is ok.
    package var emotion: String?
    /// The highest probability, 0...1; nil with `insufficientData` and `notWalking`, as are the next three.
    package var confidence: Float?
    /// By label name; their sum is 1.
    package var probabilities: [String: Float]?
    /// -1...1.
    package var valence: Float?
    /// -1...1.
    package var arousal: Float?
    package var window: Window?
    package var model: Model
    /// From the newest frame's arrival to this message, milliseconds.
    package var latencyMilliseconds: Double
    /// The joints that counted most. Nil where the node does not explain: the field is then left out. Empty where
    /// there is nothing to explain: it is then null, and read back as nil.
    package var explanation: [JointShare]?

    package init(
        stamp: Double, node: String, robot: String, person: String, frameID: String? = nil,
        position: [Float]? = nil, source: String, state: State, emotion: String? = nil,
        confidence: Float? = nil, probabilities: [String: Float]? = nil, valence: Float? = nil,
        arousal: Float? = nil, window: Window?, model: Model, latencyMilliseconds: Double,
        explanation: [JointShare]? = nil
    ) {
        self.stamp = stamp
        self.node = node
        self.robot = robot
        self.person = person
        self.frameID = frameID
        self.position = position
        self.source = source
        self.state = state
        self.emotion = emotion
        self.confidence = confidence
        self.probabilities = probabilities
        self.valence = valence
        self.arousal = arousal
        self.window = window
        self.model = model
        self.latencyMilliseconds = latencyMilliseconds
        self.explanation = explanation
    }

    private enum CodingKeys: String, CodingKey {
        case schema, stamp, node, robot, person, position, source, state, emotion, confidence, probabilities
        case valence, arousal, window, model, explanation
        case frameID = "frame_id"
        case latencyMilliseconds = "latency_ms"
    }

    // Written out because the synthesised form leaves fields without a value out.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schema, forKey: .schema)
        try container.encode(stamp, forKey: .stamp)
        try container.encode(node, forKey: .node)
        try container.encode(robot, forKey: .robot)
        try container.encode(person, forKey: .person)
        try container.encode(frameID, forKey: .frameID)
        try container.encode(position, forKey: .position)
        try container.encode(source, forKey: .source)
        try container.encode(state, forKey: .state)
        try container.encode(emotion, forKey: .emotion)
        try container.encode(confidence, forKey: .confidence)
        try container.encode(probabilities, forKey: .probabilities)
        try container.encode(valence, forKey: .valence)
        try container.encode(arousal, forKey: .arousal)
        try container.encode(window, forKey: .window)
        try container.encode(model, forKey: .model)
        try container.encode(latencyMilliseconds, forKey: .latencyMilliseconds)
        if let explanation {
            try container.encode(explanation.isEmpty ? nil : explanation, forKey: .explanation)
        }
    }
}

extension EmotionMessage {
    /// The payload, written without an encoder, since hundreds of these a second are published. Fields and values
    /// are those of `encode(to:)`.
    package func encoded() throws(MessagingError) -> [UInt8] {
        var writer = JSONWriter()
        writer.reserve(768)
        writer.text("{\"schema\":")
        writer.number(schema)
        writer.text(",\"stamp\":")
        writer.number(stamp)
        writer.text(",\"node\":")
        writer.string(node)
        writer.text(",\"robot\":")
        writer.string(robot)
        writer.text(",\"person\":")
        writer.string(person)
        writer.text(",\"frame_id\":")
        writer.optional(frameID) { $0.string($1) }
        writer.text(",\"position\":")
        writer.optional(position) { $0.numbers($1) }
        writer.text(",\"source\":")
        writer.string(source)
        writeReading(to: &writer)
        writer.text(",\"window\":")
        writer.optional(window) { $1.write(to: &$0) }
        writer.text(",\"model\":")
        model.write(to: &writer)
        writer.text(",\"latency_ms\":")
        writer.number(latencyMilliseconds)
        if let explanation {
            writer.text(",\"explanation\":")
            writer.optional(explanation.isEmpty ? nil : explanation) { $0.shares($1) }
        }
        writer.text("}")
        guard writer.isFinite else {
            throw .encoding(message: "EmotionMessage", reason: "a number is not finite: \(self)")
        }
        return writer.bytes
    }

    /// What was read from the gait.
    private func writeReading(to writer: inout JSONWriter) {
        writer.text(",\"state\":")
        writer.string(state.rawValue)
        writer.text(",\"emotion\":")
        writer.optional(emotion) { $0.string($1) }
        writer.text(",\"confidence\":")
        writer.optional(confidence) { $0.number($1) }
        writer.text(",\"probabilities\":")
        writer.optional(probabilities) { writer, probabilities in
            writer.text("{")
            var isFirst = true
            for (label, probability) in probabilities {
                if !isFirst { writer.text(",") }
                isFirst = false
                writer.string(label)
                writer.text(":")
                writer.number(probability)
            }
            writer.text("}")
        }
        writer.text(",\"valence\":")
        writer.optional(valence) { $0.number($1) }
        writer.text(",\"arousal\":")
        writer.optional(arousal) { $0.number($1) }
    }
}

extension EmotionMessage.Window {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.text("{\"start\":")
        writer.number(start)
        writer.text(",\"end\":")
        writer.number(end)
        writer.text(",\"frames\":")
        writer.number(frames)
        writer.text(",\"coverage\":")
        writer.number(coverage)
        writer.text("}")
    }
}

extension EmotionMessage.Model {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.text("{\"name\":")
        writer.string(name)
        writer.text(",\"version\":")
        writer.number(version)
        writer.text(",\"sha256\":")
        writer.string(sha256)
        writer.text("}")
    }
}

extension JSONWriter {
    /// Writes null where there is no value.
    fileprivate mutating func optional<Value>(_ value: Value?, _ write: (inout JSONWriter, Value) -> Void) {
        guard let value else { return text("null") }
        write(&self, value)
    }

    fileprivate mutating func shares(_ shares: [EmotionMessage.JointShare]) {
        text("[")
        for (index, share) in shares.enumerated() {
            text(index > 0 ? ",{\"joint\":" : "{\"joint\":")
            string(share.joint)
            text(",\"share\":")
            number(share.share)
            text("}")
        }
        text("]")
    }

    fileprivate mutating func numbers(_ values: [Float]) {
        text("[")
        for (index, value) in values.enumerated() {
            if index > 0 { text(",") }
            number(value)
        }
        text("]")
    }
}
