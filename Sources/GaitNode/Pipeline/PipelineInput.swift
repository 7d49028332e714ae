import Messaging

/// What wakes the pipeline.
enum PipelineInput: Sendable {
    /// A message from the broker.
    case message(MQTTMessage)
    /// The people in a camera's frame.
    case camera(CameraPoses)
    /// The broker has accepted us; ``ConnectionWatch`` says how often, should this be dropped.
    case connected
    /// Another model is to be served; it is in the ``ModelSlot``, should this be dropped.
    case modelOffered
}
