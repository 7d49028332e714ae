/// Undoes the reversals of BlazePose: seen from the front or from behind at some distance, a body and its mirror image in
/// depth look alike, and the network takes one for the other from one frame to the next.
///
/// The mirror image has left and right exchanged and depths negated. Shoulders and hips turn slowly: where a body's left and
/// right leap to the other side, it is its mirror image.
struct DepthReversal: Equatable {
    /// Left landmarks with their right ones; the nose is on the midline.
    private static let pairs =
        [(1, 4), (2, 5), (3, 6)] + stride(from: 7, through: 31, by: 2).map { ($0, $0 + 1) }

    /// From side to side across the image, metres, under which a body is seen from the side, where nothing leaps.
    private static let leastLateral: Float = 0.12
    /// How far on the other side, in shares of the width, a leap ends.
    private static let leap: Float = 0.3
    /// Seconds in which what is remembered follows a body that becomes narrower.
    private static let forgetting: Float = 0.5
    /// Seconds over which frames vote on which of the two images is the true one.
    private static let voting: Float = 0.6

    /// From the body's right to its left across the image, metres.
    private var lateral = SIMD2<Float>.zero
    /// The share of the frames that agree with `lateral` less that of those that do not, weighted by their width.
    private var agreement: Float = 0

    /// Takes in a frame's points, and turns them into their mirror image where they are one.
    ///
    /// - Parameters:
    ///   - points: BlazePose's 33, metres from the middle of the hips; z along the line of sight.
    ///   - step: seconds since the frame before.
    mutating func correct(_ points: inout [SIMD3<Float>], step: Float) {
        let across = ((points[11] - points[12]) + (points[23] - points[24])) / 2
        let seen = SIMD2(across.x, across.y)
        let width = Self.length(lateral)
        // A body in profile, or one that turns through it, begins anew.
        guard width >= Self.leastLateral, abs(across.z) <= max(Self.length(seen), Self.leastLateral) else {
            (lateral, agreement) = (seen, 0)
            return
        }
        let ratio = (seen * lateral).sum() / (width * width)
        follow(ratio < 0 ? -seen : seen, step: step)
        vote(min(max(ratio, -1), 1), step: step)
        if ratio < -Self.leap { Self.mirror(&points) }
    }

    /// Becomes wider at once and narrower slowly: between the two images the network gives narrow bodies.
    private mutating func follow(_ seen: SIMD2<Float>, step: Float) {
        let isWider = Self.length(seen) > Self.length(lateral)
        lateral += (isWider ? 0.5 : step / (step + Self.forgetting)) * (seen - lateral)
    }

    private mutating func vote(_ ratio: Float, step: Float) {
        agreement += step / (step + Self.voting) * (ratio - agreement)
        guard agreement < -0.1 else { return }
        lateral = -lateral
        agreement = -agreement
    }

    private static func mirror(_ points: inout [SIMD3<Float>]) {
        for (left, right) in pairs { points.swapAt(left, right) }
        for index in points.indices { points[index].z = -points[index].z }
    }

    private static func length(_ vector: SIMD2<Float>) -> Float { (vector * vector).sum().squareRoot() }
}
