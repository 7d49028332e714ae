/// The turn about the vertical and the scale that bring a root-relative gait's hips to x and its torso to
/// length 1.
///
/// Both come from medians over the window, so that a few bad frames change nothing.
struct HipAxisFit {
    /// The horizontal direction (x, z) from the left hip to the right one, of length 1.
    private let axis: SIMD2<Float>
    private let scale: Float

    init(rootRelative gait: Gait) {
        // Hips that coincide, such as those of a source without them, leave the shoulders.
        axis =
            HipAxisFit.axis(from: .leftHip, to: .rightHip, of: gait)
            ?? HipAxisFit.axis(from: .leftShoulder, to: .rightShoulder, of: gait)
            ?? SIMD2(1, 0)
        let torso = median(
            (0..<gait.frames).map { frame in
                let neck = gait.position(frame: frame, joint: .neck)
                return (neck * neck).sum().squareRoot()
            })
        scale = torso > 1e-6 ? 1 / torso : 1
    }

    /// Every position of the root-relative gait, turned and scaled.
    func applied(to gait: Gait) -> Gait {
        var gait = gait
        let turn = axis * scale
        gait.transformPositions { position in
            SIMD3(
                turn.x * position.x + turn.y * position.z,
                scale * position.y,
                turn.x * position.z - turn.y * position.x)
        }
        return gait
    }

    /// The median horizontal direction between two joints over the gait; nil where it has no length.
    private static func axis(from left: Joint, to right: Joint, of gait: Gait) -> SIMD2<Float>? {
        let differences = (0..<gait.frames).map {
            gait.position(frame: $0, joint: right) - gait.position(frame: $0, joint: left)
        }
        let axis = SIMD2(median(differences.map(\.x)), median(differences.map(\.z)))
        let length = (axis * axis).sum().squareRoot()
        return length > 1e-6 ? axis / length : nil
    }
}
