/// A gait's positions in Double, from the world's origin or each frame's root.
struct JointPaths {
    private let gait: Gait
    private let origin: AffectiveOrigin

    init(_ gait: Gait, origin: AffectiveOrigin) {
        self.gait = gait
        self.origin = origin
    }

    var frames: Int { gait.frames }

    func position(frame: Int, joint: Joint) -> SIMD3<Double> {
        let position = SIMD3<Double>(gait.position(frame: frame, joint: joint))
        switch origin {
        case .world: return position
        case .root: return position - SIMD3<Double>(gait.position(frame: frame, joint: .root))
        }
    }
}
