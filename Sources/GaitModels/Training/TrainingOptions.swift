package import Gait

/// Everything that decides a training but the gaits.
@dynamicMemberLookup
package struct TrainingOptions: Sendable {
    /// How the network is fitted.
    package var optimization = Optimization()
    package var dropout: Float = 0
    package var labelSmoothing: Float = 0.1
    /// Whether each class counts the same in the loss, however many gaits it has.
    package var balanced = true
    package var augmentation = Augmentation()
    /// The features used, as indices into ``AffectiveFeatures/names``.
    package var affectiveFeatures = Array(0..<AffectiveFeatures.count)
    package var affectiveOrigin = AffectiveOrigin.root
    /// Whether a gait is turned to a common heading before its features are computed.
    package var affectiveTurned = true
    /// How often a gait is smoothed before its features are computed.
    package var affectiveSmoothing = 0
    package var affectiveSpread = AffectiveScaling.Spread.deviation
    /// The largest magnitude of a scaled feature.
    package var affectiveLimit: Float = 4

    package init() {}

    /// What the optimization has, as if it were here.
    package subscript<Value>(dynamicMember path: WritableKeyPath<Optimization, Value>) -> Value {
        get { optimization[keyPath: path] }
        set { optimization[keyPath: path] = newValue }
    }

    /// - Throws: ``ModelError/training(_:)`` naming what nothing can be trained with.
    func validate() throws(ModelError) {
        try optimization.validate()
        guard (0..<1).contains(dropout), (0..<1).contains(labelSmoothing) else {
            throw .training("dropout \(dropout) and label smoothing \(labelSmoothing), they are 0 to below 1")
        }
    }
}
