/// The frames in which a foot is at its lowest, and the stride between them.
enum FootStrikes {
    /// The mean number of frames between strikes of the same foot; the gait's length where neither foot has
    /// two.
    ///
    /// Where only one foot has two strikes, the mean is one frame longer: so it is in the released features.
    static func strideFrames(of joints: JointPaths) -> Double {
        let left = strikes(of: .leftFoot, in: joints)
        let right = strikes(of: .rightFoot, in: joints)
        switch (left.count >= 2, right.count >= 2) {
        case (true, true): return mean(differences(left) + differences(right))
        case (true, false): return mean(differences(left)) + 1
        case (false, true): return mean(differences(right)) + 1
        case (false, false): return Double(joints.frames)
        }
    }

    /// The frames in which the foot is no higher than in the frames before and after. Of a foot that stays at
    /// one height, a frame counts only if the one before does not.
    static func strikes(of foot: Joint, in joints: JointPaths) -> [Int] {
        var strikes: [Int] = []
        for frame in 1..<max(joints.frames - 1, 1) {
            let before = joints.position(frame: frame - 1, joint: foot).y
            let height = joints.position(frame: frame, joint: foot).y
            let after = joints.position(frame: frame + 1, joint: foot).y
            guard before >= height, height <= after else { continue }
            if before == height, height == after, strikes.last == frame - 1 { continue }
            strikes.append(frame)
        }
        return strikes
    }

    private static func differences(_ frames: [Int]) -> [Int] {
        zip(frames.dropFirst(), frames).map { $0 - $1 }
    }

    private static func mean(_ values: [Int]) -> Double {
        Double(values.reduce(0, +)) / Double(values.count)
    }
}
