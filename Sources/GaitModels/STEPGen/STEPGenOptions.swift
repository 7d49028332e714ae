/// Everything that decides the training of a STEP-Gen but its network and the gaits.
@dynamicMemberLookup
package struct STEPGenOptions: Sendable {
    /// How the network is fitted.
    package var optimization = Optimization()
    /// The share of the epochs over which the divergence's weight grows from 0, lest latents say nothing.
    package var warmUp: Float = 0
    /// Whether as many windows are drawn of every class.
    package var balanced = true
    package var augmentation = Augmentation()

    package init() {
        optimization.batch = 8
        // Every gait once an epoch, however long it is: another cut of it each time.
        optimization.windowsPerGait = 0
        optimization.weightDecay = 5e-4
    }

    /// What the optimization has, as if it were here.
    package subscript<Value>(dynamicMember path: WritableKeyPath<Optimization, Value>) -> Value {
        get { optimization[keyPath: path] }
        set { optimization[keyPath: path] = newValue }
    }

    /// - Throws: ``ModelError/training(_:)`` naming what nothing can be trained with.
    func validate() throws(ModelError) {
        try optimization.validate()
        guard (0...1).contains(warmUp) else { throw .training("a warm-up of \(warmUp), it is 0 to 1") }
    }
}
