import Messaging

/// What wakes the pipeline.
enum PipelineInput: Sendable {
    /// A message from the broker.
    case message(MQTTMessage)
    /// The people in a camera's frame.
    case camera(CameraPoses)
    /// The broker has accepted us; ``ConnectionMonitor`` says how often, should this be dropped.
    case connected
    /// Another model is to be served; it is in the ``ModelSlot``, should this be dropped.
    case modelOffered
    /// The configuration has changed; ``ConfigurationReload`` has it, should this be dropped.
    case configurationChanged
    /// Somebody is to be read no longer, or again; the ``SharedOptOuts`` says who.
    case pausesChanged
}
