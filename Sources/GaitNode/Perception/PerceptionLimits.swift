import Perception

/// The bounds of what the node keeps of cameras; published in `info`.
enum PerceptionLimits {
    /// Cameras that are looked at; each may keep a frame waiting. Those beyond are dropped and counted together.
    static let cameras = 16
    /// What a frame may ask of the decoder.
    static let jpeg = JPEGLimits()
    /// Bytes of a frame's `frame_id`.
    static let frameIdentifierBytes = 255
}
