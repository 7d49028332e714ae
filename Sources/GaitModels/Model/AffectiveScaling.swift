package import Gait

/// Which affective features a model uses, and how they are scaled to about [-1, 1] by training-set
/// statistics.
package struct AffectiveScaling: Codable, Sendable, Equatable {
    /// How joints that sources place differently are treated before features are computed.
    package let skeleton: JointNormalization
    /// The origin of positions.
    package let origin: AffectiveOrigin
    /// The used features, as indices into ``AffectiveFeatures/names``.
    package let features: [Int]
    /// The offset to subtract, one per used feature.
    package let centre: [Float]
    /// The divisor, one per used feature, above 0.
    package let scale: [Float]
    /// Whether the gait is first turned so that its mean hip axis lies along x: the bounding box is the only feature
    /// that depends on the heading, which is irrelevant.
    package let turned: Bool
    /// How often the gait is smoothed by the binomial filter first, so that noise does not drown speed and
    /// jerk.
    package let smoothing: Int
    /// The largest magnitude of a scaled feature: a value far outside the training set carries no more information
    /// than one at its edge.
    package let limit: Float

    /// Statistics of the given gaits.
    ///
    /// - Parameters:
    ///   - spread: `range` maps minimum and maximum to -1 and 1 (the paper); `deviation` mean and standard
    ///     deviation to 0 and 1.
    package init(
        fitting gaits: [Gait], skeleton: JointNormalization, origin: AffectiveOrigin, features: [Int],
        turned: Bool,
        smoothing: Int, spread: Spread, limit: Float
    ) {
        let rows = gaits.map { gait in
            let all = Self.compute(
                skeleton.apply(to: gait), origin: origin, turned: turned, smoothing: smoothing)
            return features.map { all[$0] }
        }
        var centre: [Float] = []
        var scale: [Float] = []
        for column in features.indices {
            let values = rows.map { $0[column] }
            let (middle, width) = spread.measure(values)
            centre.append(middle)
            scale.append(width > 1e-6 ? width : 1)
        }
        self.skeleton = skeleton
        (self.origin, self.features, self.centre) = (origin, features, centre)
        (self.scale, self.turned, self.smoothing, self.limit) = (scale, turned, smoothing, limit)
    }

    /// All 29 features of the prepared gait.
    private static func compute(_ gait: Gait, origin: AffectiveOrigin, turned: Bool, smoothing: Int)
        -> [Float]
    {
        var prepared = smoothing > 0 ? gait.smoothed(passes: smoothing) : gait
        if turned { prepared.turnHipsToX() }
        return AffectiveFeatures.compute(prepared, origin: origin)
    }

    /// How the spread of a feature is measured.
    package enum Spread: String, Codable, Sendable {
        case range
        case deviation

        func measure(_ values: [Float]) -> (centre: Float, width: Float) {
            guard let low = values.min(), let high = values.max() else { return (0, 1) }
            switch self {
            case .range:
                return ((low + high) / 2, (high - low) / 2)
            case .deviation:
                let mean = values.reduce(0, +) / Float(values.count)
                let squares = values.reduce(Float(0)) { $0 + ($1 - mean) * ($1 - mean) }
                return (mean, (squares / Float(values.count)).squareRoot())
            }
        }
    }

    /// The scaled features of a gait's recorded frames.
    package func callAsFunction(_ gait: Gait) -> [Float] {
        callAsFunction(prepared: skeleton.apply(to: gait))
    }

    /// The same for a gait whose skeleton is already normalized.
    func callAsFunction(prepared gait: Gait) -> [Float] {
        let all = Self.compute(gait, origin: origin, turned: turned, smoothing: smoothing)
        return features.indices.map { index in
            let value = (all[features[index]] - centre[index]) / scale[index]
            return min(max(value, -limit), limit)
        }
    }

    /// - Throws: ``ModelError/configuration(_:)`` if the arrays do not fit each other.
    func validate() throws(ModelError) {
        guard features.allSatisfy({ (0..<AffectiveFeatures.count).contains($0) }),
            Set(features).count == features.count, !features.isEmpty
        else { throw .configuration("affective features \(features); they must be 0 to 28, each once") }
        guard (0...100).contains(smoothing) else {
            throw .configuration("affective features smoothed \(smoothing) times, not 0 to 100")
        }
        guard centre.count == features.count, scale.count == features.count,
            (centre + scale).allSatisfy(\.isFinite), scale.allSatisfy({ $0 > 0 }), limit > 0
        else { throw .configuration("affective scaling does not fit its \(features.count) features") }
    }
}
