/// How a gait is made independent of the viewpoint; the raw value is its name in a model's configuration.
package enum ViewNormalization: String, CaseIterable, Sendable {
    /// The gait as it is.
    case none
    /// Root-relative, and by one similarity from its first frame to `ReferencePose`, as the released models
    /// expect.
    case referencePose = "reference_pose"
    /// Root-relative, left hip to right hip along +x (the body then faces -z), the torso 1 long.
    case hipAxis = "hip_axis"

    /// The gait, normalized. Always finite, whatever the gait.
    package func apply(to gait: Gait) -> Gait {
        switch self {
        case .none:
            return gait
        case .referencePose:
            let relative = gait.rootRelative()
            return ReferencePoseFit(rootRelative: relative).transform.applied(to: relative)
        case .hipAxis:
            let relative = gait.rootRelative()
            return HipAxisFit(rootRelative: relative).applied(to: relative)
        }
    }

    /// The similarity that `referencePose` applies to the root-relative gait.
    package static func referencePoseTransform(of gait: Gait) -> SimilarityTransform {
        ReferencePoseFit(rootRelative: gait.rootRelative()).transform
    }
}

extension SimilarityTransform {
    /// Every position of the gait after the transform.
    fileprivate func applied(to gait: Gait) -> Gait {
        var gait = gait
        gait.transformPositions { SIMD3<Float>(self(SIMD3<Double>($0))) }
        return gait
    }
}

/// The turn about the vertical and the scale that bring a root-relative gait's hips to x and its torso to
/// length 1.
///
/// Both are medians over the window, so that a few bad frames do not matter.
package struct HipAxisFit: Sendable {
    /// The horizontal direction (x, z) from the left hip to the right one, of length 1.
    private let axis: SIMD2<Float>
    private let scale: Float

    package init(rootRelative gait: Gait) {
        // Hips that coincide, such as those of a source without them, leave the shoulders.
        axis =
            HipAxisFit.axis(from: .leftHip, to: .rightHip, of: gait)
            ?? HipAxisFit.axis(from: .leftShoulder, to: .rightShoulder, of: gait)
            ?? SIMD2(1, 0)
        let torso = median(
            (0..<gait.frames).map { frame in
                let neck = gait.position(frame: frame, joint: .neck)
                return neck.length
            })
        scale = torso > 1e-6 ? 1 / torso : 1
    }

    /// Every position of the root-relative gait, turned and scaled.
    func applied(to gait: Gait) -> Gait {
        var gait = gait
        gait.transformPositions(turned)
        return gait
    }

    /// A root-relative position, turned and scaled.
    package func turned(_ position: SIMD3<Float>) -> SIMD3<Float> {
        let turn = axis * scale
        return SIMD3(
            turn.x * position.x + turn.y * position.z,
            scale * position.y,
            turn.x * position.z - turn.y * position.x)
    }

    /// The gradient by a position, given that by the turned one.
    package func turnedBack(_ slope: SIMD3<Float>) -> SIMD3<Float> {
        let turn = axis * scale
        return SIMD3(
            turn.x * slope.x - turn.y * slope.z,
            scale * slope.y,
            turn.y * slope.x + turn.x * slope.z)
    }

    /// The median horizontal direction between two joints over the gait; nil if it has no length.
    private static func axis(from left: Joint, to right: Joint, of gait: Gait) -> SIMD2<Float>? {
        let differences = (0..<gait.frames).map {
            gait.position(frame: $0, joint: right) - gait.position(frame: $0, joint: left)
        }
        let axis = SIMD2(median(differences.map(\.x)), median(differences.map(\.z)))
        let length = axis.length
        return length > 1e-6 ? axis / length : nil
    }
}

/// The pose that `ViewNormalization.referencePose` turns gaits to: that of the E-Gait data, in its normalized
/// units.
package enum ReferencePose {
    /// The 16 positions in the order of `Joint`, y up, about 0.7 to 0.84 units per meter, facing -z.
    package static let positions: [SIMD3<Float>] = [
        SIMD3(0.0, 0.0, 0.0),
        SIMD3(0.017712, 0.186577, -0.04048),
        SIMD3(0.036515, 0.384643, -0.083452),
        SIMD3(0.045427, 0.476034, -0.192289),
        SIMD3(-0.074992, 0.34329, -0.103495),
        SIMD3(-0.189019, 0.163822, -0.170964),
        SIMD3(-0.121591, -0.016739, -0.1358),
        SIMD3(0.127436, 0.306377, -0.094709),
        SIMD3(0.144955, 0.126104, 0.036184),
        SIMD3(0.144955, -0.061721, -0.022563),
        SIMD3(-0.110837, -0.003898, -0.009683),
        SIMD3(-0.095908, -0.36155, -0.011722),
        SIMD3(-0.061286, -0.483319, 0.313027),
        SIMD3(0.110017, -0.003902, 0.016947),
        SIMD3(0.096613, -0.342249, -0.096763),
        SIMD3(0.078126, -0.667029, 0.021021),
    ]
}

/// The similarity from a root-relative gait to the reference pose.
///
/// It is fitted to the first frame, as the released models expect. A bad first frame must not turn the whole window.
/// If its bone lengths differ from the rest of the gait, or it faces the opposite way to the next frames, the first
/// frame that passes is used instead. If none passes or determines a rotation, the median frame is used. If that is
/// degenerate too, such as a body in one point, the gait is unchanged.
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
        return gait.leftToRight(frame: frame).dot(next) >= 0
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
