extension Pose {
    /// The lengths that a torso, from the neck to the root, may have, metres: that of a toddler, with an
    /// estimator's noise, up to more than anybody's.
    package static let plausibleTorso: ClosedRange<Float> = 0.2...1

    /// The distance from neck to root, metres; nil where either is missing.
    package var torsoLength: Float? {
        guard present.isSuperset(of: [JointSet(.neck), JointSet(.root)]) else { return nil }
        let torso = self[.neck] - self[.root]
        return (torso * torso).sum().squareRoot()
    }

    /// Whether the body can be one: false where the torso's length is implausible, true where it is not
    /// known.
    package var isPlausible: Bool {
        torsoLength.map(Pose.plausibleTorso.contains) ?? true
    }

    /// Where the body stands, over the ground: its root, or else the midpoint of its hips, or the mean of
    /// the joints that it has; nil where it has none. Metres, x and z.
    package var place: SIMD2<Float>? {
        if present.contains(.root) { return SIMD2(self[.root].x, self[.root].z) }
        if present.isSuperset(of: [JointSet(.leftHip), JointSet(.rightHip)]) {
            let middle = (self[.leftHip] + self[.rightHip]) / 2
            return SIMD2(middle.x, middle.z)
        }
        guard !present.isEmpty else { return nil }
        var sum = SIMD3<Float>.zero
        // Missing joints are zero.
        for index in 0..<Joint.count { sum += positions[index] }
        let mean = sum / Float(present.count)
        return SIMD2(mean.x, mean.z)
    }
}
