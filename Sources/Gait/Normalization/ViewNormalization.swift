/// How a gait is made independent of where it was seen from, by its name in a model's configuration.
package enum ViewNormalization: String, CaseIterable, Sendable {
    /// The gait as it is.
    case none
    /// Root-relative, and by one similarity from its first frame to `ReferencePose`, as the released models
    /// expect.
    case referencePose = "reference_pose"
    /// Root-relative, left hip to right hip along +x (the body then faces -z), the torso 1 long.
    case hipAxis = "hip_axis"

    /// The gait, normalised. Always finite, whatever the gait.
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
