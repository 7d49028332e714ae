package import Gait

/// `robots/{robot}/people/{person}/emotion`: how one person's gait is perceived.
package struct EmotionMessage: JSONMessage {
    package typealias State = EmotionState

    /// The 75 frames that were classified.
    package struct Window: Decodable, JSONWritable, Sendable, Equatable {
        /// Stamps of its first and last frame, seconds.
        package var start: Double
        package var end: Double
        package var frames: Int
        /// Share of the frames that come from poses, 0...1.
        package var coverage: Float

        package init(start: Double, end: Double, frames: Int, coverage: Float) {
            (self.start, self.end, self.frames, self.coverage) = (start, end, frames, coverage)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { json in
                json.field("start", start)
                json.field("end", end)
                json.field("frames", frames)
                json.field("coverage", coverage)
            }
        }
    }

    /// The model that answered.
    package struct Model: Decodable, JSONWritable, Sendable, Equatable {
        package var name: String
        package var version: Int
        package var sha256: String

        package init(name: String, version: Int, sha256: String) {
            (self.name, self.version, self.sha256) = (name, version, sha256)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { json in
                json.field("name", name)
                json.field("version", version)
                json.field("sha256", sha256)
            }
        }
    }

    /// How much one joint contributed to the emotion.
    package struct JointShare: Decodable, JSONWritable, Sendable, Equatable {
        /// Such as `l_hand`.
        package var joint: String
        /// Of all joints' contributions, 0...1.
        package var share: Float

        package init(joint: String, share: Float) {
            (self.joint, self.share) = (joint, share)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { json in
                json.field("joint", joint)
                json.field("share", share)
            }
        }
    }

    package var schema = 1
    /// The newest frame's stamp, seconds.
    package var stamp: Double
    package var node: String
    package var robot: String
    package var person: String
    package var frameID: String?
    /// The root joint in the source's own frame, `[x, y, z]` in meters.
    package var position: [Float]?
    /// `skeletons` or the camera's name (`SkeletonSource.name`).
    package var source: String
    package var state: State
    /// Why the person is not read; nil if there is no more to say than `state` does.
    package var reason: UnreadReason?
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
    /// The joints that contributed most. Nil if the node does not explain: the field is then left out. Empty if there
    /// is nothing to explain: the field is then null, and reads back as nil.
    package var explanation: [JointShare]?

    package init(
        stamp: Double, node: String, robot: String, person: String, frameID: String? = nil,
        position: [Float]? = nil, source: String, state: State, reason: UnreadReason? = nil,
        emotion: String? = nil, confidence: Float? = nil, probabilities: [String: Float]? = nil,
        valence: Float? = nil,
        arousal: Float? = nil, window: Window?, model: Model, latencyMilliseconds: Double,
        explanation: [JointShare]? = nil
    ) {
        (self.stamp, self.node, self.robot, self.person) = (stamp, node, robot, person)
        (self.frameID, self.position, self.source, self.state) = (frameID, position, source, state)
        (self.emotion, self.confidence, self.probabilities) = (emotion, confidence, probabilities)
        (self.valence, self.arousal, self.window, self.model) = (valence, arousal, window, model)
        self.reason = reason
        (self.latencyMilliseconds, self.explanation) = (latencyMilliseconds, explanation)
    }

    private enum CodingKeys: String, CodingKey {
        case schema, stamp, node, robot, person, position, source, state, reason, emotion, confidence
        case probabilities, valence, arousal, window, model, explanation
        case frameID = "frame_id"
        case latencyMilliseconds = "latency_ms"
    }

    /// The payload; the fields keep their order. ``JSONWriter`` takes 6 µs where `JSONEncoder` takes 48 (x86-64), for
    /// hundreds of these a second.
    package func encoded() throws(MessagingError) -> [UInt8] {
        var writer = JSONWriter()
        writer.reserve(768)
        write(to: &writer)
        guard writer.isFinite else {
            throw .encoding(message: "EmotionMessage", reason: "a number is not finite: \(self)")
        }
        return writer.bytes
    }
}

extension EmotionMessage: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { json in
            json.field("schema", schema)
            json.field("stamp", stamp)
            json.field("node", node)
            json.field("robot", robot)
            json.field("person", person)
            json.field("frame_id", frameID)
            json.field("position", position)
            json.field("source", source)
            json.field("state", state.rawValue)
            json.field("reason", reason?.rawValue)
            json.field("emotion", emotion)
            json.field("confidence", confidence)
            json.field("probabilities", probabilities)
            json.field("valence", valence)
            json.field("arousal", arousal)
            json.field("window", window)
            json.field("model", model)
            json.field("latency_ms", latencyMilliseconds)
            if let explanation { json.field("explanation", explanation.isEmpty ? nil : explanation) }
        }
    }
}
