import Gait
import GaitModels
import Logging
import Messaging
import Perception

extension InfoMessage {
    /// What the node says of itself: version, model, configuration without secrets, limits.
    ///
    /// - Parameter perception: Whether camera frames are taken.
    init(
        configuration: NodeConfiguration, card: ModelCard, perception: Perception
    ) throws(MessagingError) {
        self.init(
            node: configuration.nodeIdentifier, version: NodeVersion.current,
            started: Arrival.wallClockSeconds(), model: try JSONValue(card), labels: card.labels,
            configuration: .object(configuration.published),
            limits: [
                "maximum_bodies": Double(SkeletonMessage.maximumBodies),
                "maximum_people": Double(configuration.pipeline.maximumPeople),
                "maximum_sources": Double(PipelineLimits.sources),
                "maximum_queued_messages": Double(PipelineLimits.queuedMessages),
                "maximum_payload_bytes": Double(PipelineLimits.payloadBytes),
                "maximum_queued_requests": Double(RequestLimits.queued),
                "history_seconds": GaitHistory.seconds,
                "maximum_history_bytes": Double(GaitHistory.budget),
                "window_frames": Double(Gait.windowFrames),
                "maximum_cameras": Double(PerceptionLimits.cameras),
                "maximum_frame_bytes": Double(configuration.perception.maximumFrameBytes),
                "maximum_frame_side": Double(PerceptionLimits.jpeg.side),
                "maximum_frame_pixels": Double(PerceptionLimits.jpeg.pixels),
            ], perception: perception)
    }

    /// Names another model, and the configuration that follows from it.
    mutating func name(_ card: ModelCard, configuration: NodeConfiguration) throws(MessagingError) {
        model = try JSONValue(card)
        labels = card.labels
        self.configuration = .object(configuration.published)
    }
}
