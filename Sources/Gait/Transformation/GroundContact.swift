extension Gait {
    /// The ankle's height above the ground in standing, meters.
    package static let ankleHeight: Float = 0.08

    /// A gait that walks on the spot, put on the ground and moved over it so that the lower foot stands.
    ///
    /// The root's steps are averaged over a few frames, since the load passes from foot to foot gradually.
    ///
    /// - Parameter keepingHeight: whether to keep the root's height instead of placing the lower ankle at
    ///   ``ankleHeight``.
    package func steppingOnGround(keepingHeight: Bool = false) -> Gait {
        let feet: [Joint] = [.leftFoot, .rightFoot]
        let relative = rootRelative()
        guard frames > 1 else { return relative }
        var steps = [SIMD3<Float>](repeating: .zero, count: frames)
        for frame in 1..<frames {
            let standing = feet.min { one, other in
                relative.position(frame: frame - 1, joint: one).y
                    + relative.position(frame: frame, joint: one).y
                    < relative.position(frame: frame - 1, joint: other).y
                    + relative.position(frame: frame, joint: other).y
            }
            guard let standing else { continue }
            steps[frame] =
                relative.position(frame: frame - 1, joint: standing)
                - relative.position(frame: frame, joint: standing)
        }
        var grounded = relative
        var place = SIMD3<Float>.zero
        for frame in 0..<frames {
            let near = steps[max(frame - 2, 1)...max(min(frame + 2, frames - 1), 1)]
            if frame > 0 { place += near.reduce(.zero, +) / Float(near.count) }
            let lowest = feet.map { relative.position(frame: frame, joint: $0).y }.min() ?? 0
            let height = keepingHeight ? position(frame: frame, joint: .root).y : Gait.ankleHeight - lowest
            let shift = SIMD3(place.x, height, place.z)
            for joint in Joint.allCases {
                grounded.set(
                    relative.position(frame: frame, joint: joint) + shift, frame: frame, joint: joint)
            }
        }
        return grounded
    }
}
