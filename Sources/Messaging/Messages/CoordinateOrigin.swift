/// What a source's coordinates are relative to.
package enum CoordinateOrigin: String, CaseIterable, Sendable {
    /// A place that stands still, or a camera: bodies have a place relative to each other.
    case world
    /// Each body's own root, as hip-centred estimators give it.
    case root
}
