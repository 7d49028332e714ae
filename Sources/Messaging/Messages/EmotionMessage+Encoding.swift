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
