/// The origin from which the affective features are computed, by its name in a model's configuration.
package enum AffectiveOrigin: String, CaseIterable, Sendable {
    /// The source's own: features 12...26 then contain the walk's travel, and that of a moving camera.
    case world
    /// The root of each frame.
    case root
}
