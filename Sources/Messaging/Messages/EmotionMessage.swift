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
