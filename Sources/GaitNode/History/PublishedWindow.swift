import Gait
import Messaging

/// A window whose emotion message was published, and what that said.
struct PublishedWindow: Equatable {
    /// The stamp of the window's last frame, in the source's time.
    let end: Double
    /// `ok`, `uncertain` or `not_walking`.
    let state: EmotionMessage.State
    /// With `ok` the emotion.
    let emotion: Emotion?
    /// The largest smoothed probability; nil with `not_walking`.
    let confidence: Float?
}
