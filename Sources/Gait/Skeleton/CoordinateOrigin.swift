/// What a source's coordinates are relative to.
package enum CoordinateOrigin: String, CaseIterable, Sendable {
    /// A fixed place, or a camera: bodies have positions relative to each other.
    case world
    /// Each body's own root, as hip-centered estimators give it.
    case root
}
