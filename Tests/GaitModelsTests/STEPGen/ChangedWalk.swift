import Gait

/// Walks that nobody can walk, made of ones that somebody did.
enum ChangedWalk {
    /// The walk whose root travels this many times as far over the ground: 1.3 slides forward, 0.7 back, 0 is a
    /// treadmill and -1 a moonwalk.
    static func travelling(_ gait: Gait, times factor: Float) -> Gait {
        let start = gait.position(frame: 0, joint: .root)
        return changed(gait) { frame, _, position in
            var way = gait.position(frame: frame, joint: .root) - start
            way.y = 0
            return position + (factor - 1) * way
        }
    }

    /// The walk with every position replaced by what the closure makes of frame, joint and position.
    static func changed(_ gait: Gait, _ change: (Int, Joint, SIMD3<Float>) -> SIMD3<Float>) -> Gait {
        var coordinates: [Float] = []
        for frame in 0..<gait.frames {
            for joint in Joint.allCases {
                let position = change(frame, joint, gait.position(frame: frame, joint: joint))
                coordinates += [position.x, position.y, position.z]
            }
        }
        return Gait(validated: coordinates)
    }
}
