/// The lengths of a body's parts over several poses, and where its trunk's joints are: what every person has in common.
///
/// In 1,586 windows of recorded walks, also with 5 cm of noise on every coordinate, all are within the limits.
struct BodyProportions {
    typealias Part = BodyGeometry.Part

    /// A limb this many times as long as its counterpart is wrong.
    private static let asymmetry = 1.25
    /// Where the spine is on the way from the root, 0, to the neck, 1: recorded walks have 0.25 to 0.62.
    private static let spine = 0.0...1.0
    /// The lowest head, in torsos beyond the neck: recorded walks have at least 0.12, with 10 cm of noise -0.11.
    private static let lowestHead = -0.2
    /// Poses that a median needs.
    private static let leastPoses = 5

    /// Torso, thigh and shank together: the median; 0 if no pose shows them.
    let size: Double
    /// The median lengths, in the unit of `size`, of parts that enough poses show.
    let lengths: [Part: Double]
    /// Nil if too few poses show them.
    private let spinePlace: Double?
    private let headPlace: Double?

    init(_ poses: [BodyGeometry]) {
        size = Sample.median(poses.compactMap(\.size))
        var lengths: [Part: Double] = [:]
        for part in Part.allCases { lengths[part] = Self.median(poses.compactMap { $0.length(part) }) }
        self.lengths = lengths
        spinePlace = Self.median(poses.compactMap { $0.placeAlongTorso(of: .spine) })
        headPlace = Self.median(poses.compactMap { $0.placeAlongTorso(of: .head) })
    }

    private static func median(_ values: [Double]) -> Double? {
        values.count >= leastPoses ? Sample.median(values) : nil
    }

    /// Parts that are much longer than their counterparts.
    var asymmetricParts: [Part] {
        Part.allCases.filter { part in
            guard let mirrored = part.mirrored, let own = lengths[part], let other = lengths[mirrored] else {
                return false
            }
            return own > Self.asymmetry * other
        }
    }

    /// Parts whose share of the size no person has.
    var strangeParts: [Part] {
        guard size > 0 else { return [] }
        return Part.allCases.filter { part in
            lengths[part].map { !part.typicalShare.contains($0 / size) } ?? false
        }
    }

    /// Whether root, spine, neck and head follow each other.
    var isTrunkInOrder: Bool {
        spinePlace.map(Self.spine.contains) ?? true && headPlace.map { $0 >= 1 + Self.lowestHead } ?? true
    }

    var arePlausible: Bool { asymmetricParts.isEmpty && strangeParts.isEmpty && isTrunkInOrder }
}

extension Gait {
    /// The largest mean deviation of limbs' lengths as a share of their medians: 5 cm of noise on every coordinate gives
    /// at most 0.25. Beyond it the classifier takes noise for anger: of gaits with 7 cm it gets two thirds right.
    private static let largestVariation: Float = 0.26
    /// The most that a limb may grow or shrink from the first third of the gait to the last.
    private static let largestGrowth: Float = 1.3

    /// Whether the joints are a person's: limbs of a person's lengths, alike on both sides, that neither grow nor tremble,
    /// and a trunk in order.
    package var isPlausible: Bool {
        let bodies = (0..<frames).map { BodyGeometry(pose: pose(frame: $0)) }
        return BodyProportions(bodies).arePlausible && hasSteadyLimbs
    }

    private var hasSteadyLimbs: Bool {
        var variation: Float = 0
        for part in BodyGeometry.Part.limbs {
            let lengths = (0..<frames).map { frame in
                (position(frame: frame, joint: part.ends.1) - position(frame: frame, joint: part.ends.0))
                    .length
            }
            let middle = median(lengths)
            guard middle > 0 else { return false }
            let mean = lengths.mean
            variation +=
                (lengths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(frames)).squareRoot() / middle
            let third = max(frames / 3, 1)
            let (start, end) = (lengths.prefix(third).mean, lengths.suffix(third).mean)
            guard max(start, end) <= Self.largestGrowth * min(start, end) else { return false }
        }
        return variation <= Self.largestVariation * Float(BodyGeometry.Part.limbs.count)
    }
}

extension Gait {
    /// The longest time in which no joint moves relative to the root, seconds. People always do.
    var longestRepetition: Float {
        var (longest, current) = (0, 0)
        for frame in 1..<max(frames, 1) {
            let isSame = Joint.allCases.allSatisfy { joint in
                let before =
                    position(frame: frame - 1, joint: joint) - position(frame: frame - 1, joint: .root)
                let now = position(frame: frame, joint: joint) - position(frame: frame, joint: .root)
                return (now - before).length < 1e-5
            }
            current = isSame ? current + 1 : 0
            longest = max(longest, current)
        }
        return Float(longest) / Gait.frameRate
    }
}

extension Collection<Float> {
    fileprivate var mean: Float { reduce(0, +) / Float(count) }
}
