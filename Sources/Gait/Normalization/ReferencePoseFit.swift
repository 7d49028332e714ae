/// The similarity from a root-relative gait to the reference pose.
///
/// It is fitted to the first frame, as the released models expect. A first frame that cannot be trusted must
/// not turn the whole window: where its bones are not as long as in the rest of the gait, or it faces against
/// the next frames, the first frame that passes takes its place; where none passes or determines a rotation,
/// the median frame does; where that is degenerate too, such as a body in one point, the gait stays as it is.
struct ReferencePoseFit {
    let transform: SimilarityTransform

    init(rootRelative gait: Gait) {
        let medianLengths = ReferencePoseFit.medianBoneLengths(of: gait)
        for frame in 0..<gait.frames
        where ReferencePoseFit.isPlausible(frame: frame, of: gait, boneLengths: medianLengths) {
            let positions = Joint.allCases.map { gait.position(frame: frame, joint: $0) }
            if let fit = ReferencePoseFit.fit(positions) {
                transform = fit
                return
            }
        }
        transform = ReferencePoseFit.fit(ReferencePoseFit.medianFrame(of: gait)) ?? .identity
    }

    private static func fit(_ positions: [SIMD3<Float>]) -> SimilarityTransform? {
        SimilarityTransform(
            fitting: positions.map { SIMD3<Double>($0) },
            to: ReferencePose.positions.map { SIMD3<Double>($0) })
    }

    /// Whether every bone is within half of its median length, give or take a tenth of the torso for the
    /// short ones, and the body faces as it does over the frames that follow.
    private static func isPlausible(frame: Int, of gait: Gait, boneLengths: [Float]) -> Bool {
        let torso = boneLengths[Joint.spine.rawValue] + boneLengths[Joint.neck.rawValue]
        for joint in Joint.allCases where joint != .root {
            let length = gait.boneLength(frame: frame, joint: joint)
            let usual = boneLengths[joint.rawValue]
            if (length - usual).magnitude > usual / 2 + torso / 10 { return false }
        }
        var next = SIMD3<Float>.zero
        for later in frame + 1..<max(min(frame + 8, gait.frames), frame + 1) {
            next += gait.leftToRight(frame: later)
        }
        return (gait.leftToRight(frame: frame) * next).sum() >= 0
    }

    private static func medianBoneLengths(of gait: Gait) -> [Float] {
        Joint.allCases.map { joint in
            median((0..<gait.frames).map { gait.boneLength(frame: $0, joint: joint) })
        }
    }

    private static func medianFrame(of gait: Gait) -> [SIMD3<Float>] {
        Joint.allCases.map { joint in
            let path = (0..<gait.frames).map { gait.position(frame: $0, joint: joint) }
            return SIMD3(median(path.map(\.x)), median(path.map(\.y)), median(path.map(\.z)))
        }
    }
}
