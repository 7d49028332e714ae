import Messaging

/// One camera's newest frame on its way to the perception's thread.
struct WaitingFrame: Sendable {
    /// JPEG bytes, topic, user properties and arrival.
    let message: MQTTMessage
    let source: SkeletonSource
    /// When it arrived.
    let arrival: Arrival

    /// The moment of acquisition that the sender names, seconds; nil where there is none that is a number.
    var stamp: Double? {
        message.userProperty("stamp").flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
    }

    /// The sender's name of the camera's frame of reference; nil where there is none, or an absurd one.
    var frameIdentifier: String? {
        message.userProperty("frame_id").flatMap {
            $0.utf8.count <= PerceptionLimits.frameIdentifierBytes ? $0 : nil
        }
    }
}
