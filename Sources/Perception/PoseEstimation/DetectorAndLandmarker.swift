import Foundation

/// A person that the detector found in an image.
package struct PoseDetection: Equatable, Sendable {
    /// How sure the network is, 0...1.
    package var score: Float
    /// Where to search for the landmarks.
    package var region: PoseRegion
    /// The person's face, which the network was trained to box; pixels of the image.
    package var box: ImageArea
}

extension PoseDetection {
    /// A candidate in pixels of the image; nil if its points give no region.
    fileprivate init?(_ candidate: DetectionCandidate, square: PoseRegion) {
        let corner = square.center - square.side / 2
        let points = candidate.points * square.side
        guard let region = PoseRegion(hips: corner + points.lowHalf, top: corner + points.highHalf) else {
            return nil
        }
        let box = candidate.box * square.side
        self.init(
            score: candidate.score, region: region,
            box: ImageArea(
                x: corner.x + box.x, y: corner.y + box.y, width: box.z - box.x, height: box.w - box.y))
    }
}

/// Finds people in an image with BlazePose's detector (Bazarevsky et al., 2020): it detects the face, and predicts from it
/// the middle of the hips and the body's size and direction.
///
/// For one thread at a time; several cameras may share a detector.
package final class PoseDetector {
    private let network: PoseNetwork
    private let sampling = RegionSampling(size: DetectorAnchors.inputSize, black: -1, white: 1)
    private let anchors = DetectorAnchors.points
    private var suppression = DetectionSuppression()

    /// The score from which a detection counts, as in MediaPipe.
    package static let minimumScore: Float = 0.5

    /// TensorFlow Lite's names for the released network's outputs that are used, in their order in ``raw(_:)``.
    package static let outputNames = ["Identity", "Identity_1"]

    /// Loads a detector from a `.tflite` file or a member of a bundle.
    ///
    /// - Throws: ``PerceptionError``.
    package init(_ file: PoseModelFile) throws(PerceptionError) {
        network = try PoseNetwork(Self.plan(try file.read(), path: file.path))
    }

    /// The outputs are the values of all anchors, and their scores' logits.
    static func plan(_ bytes: [UInt8], path: String) throws(PerceptionError) -> NetworkPlan {
        let size = DetectorAnchors.inputSize
        return try NetworkPlan(
            NetworkModel(bytes, path: path), input: [1, size, size, 3],
            outputs: [
                [1, DetectorAnchors.count, DetectionCandidate.valuesPerAnchor],
                [1, DetectorAnchors.count, 1],
            ])
    }

    /// The network's outputs for an input [H, W, 3], row by row; nil if the input has another size.
    package func raw(_ input: ArraySlice<Float>) throws(PerceptionError) -> [[Float]]? {
        try network.outputs(for: input)
    }

    /// The people in an area of an image, most certain first.
    ///
    /// The network sees the smallest square around the area, reduced to 224 pixels, and finds faces about 5 pixels wide
    /// there. Everything outside the image is black.
    ///
    /// - Throws: ``PerceptionError/region(_:)`` for an area without a size.
    package func detect(
        in image: CameraImage, area: ImageArea, minimumScore: Float = minimumScore
    ) throws(PerceptionError) -> [PoseDetection] {
        let square = area.square
        try sampling.fill(network.input, from: image, region: square)
        try network.run()
        suppression.reset()
        guard let values = network.outputs[0].baseAddress else { return [] }
        for (index, anchor) in anchors.enumerated() {
            let candidate = DetectionCandidate(
                logit: network.outputs[1][index], values: values + index * DetectionCandidate.valuesPerAnchor,
                anchor: anchor, minimumScore: minimumScore)
            if let candidate { suppression.add(candidate) }
        }
        return suppression.people().compactMap { PoseDetection($0, square: square) }
    }
}

/// Finds the landmarks of the person in a region of an image, with BlazePose's landmark network (Bazarevsky et al., 2020;
/// Grishchenko et al., BlazePose GHUM Holistic, 2022, for those in space).
///
/// For one thread at a time; several people and cameras may share a landmarker.
package final class PoseLandmarker {
    private let network: PoseNetwork
    private let sampling = RegionSampling(size: LandmarkDecoding.inputSize, black: 0, white: 1)

    /// TensorFlow Lite's names for the released network's outputs that are used, in their order in ``raw(_:)``.
    package static let outputNames = ["Identity", "Identity_1", "Identity_4"]

    /// Loads a landmark network, the lite, full or heavy one, from a `.tflite` file or a member of a bundle.
    ///
    /// - Throws: ``PerceptionError``.
    package init(_ file: PoseModelFile) throws(PerceptionError) {
        network = try PoseNetwork(Self.plan(try file.read(), path: file.path))
    }

    /// The outputs are the landmarks, how sure the network is of a person (0...1), and the landmarks in space; the plan
    /// omits the person's mask and the heat maps.
    static func plan(_ bytes: [UInt8], path: String) throws(PerceptionError) -> NetworkPlan {
        let size = LandmarkDecoding.inputSize
        return try NetworkPlan(
            NetworkModel(bytes, path: path), input: [1, size, size, 3],
            outputs: [
                [1, LandmarkDecoding.landmarks * LandmarkDecoding.valuesPerLandmark], [1, 1],
                [1, LandmarkDecoding.landmarks * LandmarkDecoding.valuesPerWorldLandmark],
            ])
    }

    /// The network's outputs for an input [H, W, 3], row by row; nil if the input has another size.
    package func raw(_ input: ArraySlice<Float>) throws(PerceptionError) -> [[Float]]? {
        try network.outputs(for: input)
    }

    /// The landmarks of the person in a region. The network always gives some; the score tells whether they are a person's.
    ///
    /// - Throws: ``PerceptionError/region(_:)`` for a region that is not finite or has no size;
    ///   ``PerceptionError/notFinite(output:)``.
    package func landmarks(in image: CameraImage, region: PoseRegion) throws(PerceptionError) -> BodyLandmarks
    {
        try sampling.fill(network.input, from: image, region: region)
        try network.run()
        let body = LandmarkDecoding(region).body(
            score: network.outputs[1][0], values: network.outputs[0], world: network.outputs[2])
        guard let body else { throw .notFinite(output: "landmarks") }
        return body
    }
}

/// Maps the landmark network's outputs into the image and into space (MediaPipe's TensorsToLandmarksCalculator,
/// LandmarkProjectionCalculator and WorldLandmarkProjectionCalculator).
struct LandmarkDecoding {
    /// Pixels along a side of the landmark network's input.
    static let inputSize = 256
    /// The network's landmarks: those of the body, then the middle of the hips, the point above it on the body's circle,
    /// and four that are unused.
    static let landmarks = 39
    /// Per landmark: x, y and depth in pixels of the input, then the logits of its being visible and of its being in the
    /// region at all.
    static let valuesPerLandmark = 5
    /// Per landmark in space: x, y, z, meters.
    static let valuesPerWorldLandmark = 3
    private static let hips = 33
    private static let top = 34
    private static let visibility = 3

    let region: PoseRegion
    private let across: SIMD2<Float>

    init(_ region: PoseRegion) {
        self.region = region
        across = SIMD2(cos(region.rotation), sin(region.rotation))
    }

    /// Turns a vector from the region's axes to the image's.
    private func turned(_ vector: SIMD2<Float>) -> SIMD2<Float> {
        SIMD2(across.x * vector.x - across.y * vector.y, across.y * vector.x + across.x * vector.y)
    }

    private func position(_ values: UnsafeMutableBufferPointer<Float>, _ landmark: Int) -> SIMD3<Float> {
        let start = landmark * Self.valuesPerLandmark
        let scale = region.side / Float(Self.inputSize)
        let inRegion = SIMD2(values[start], values[start + 1]) - Float(Self.inputSize) / 2
        return SIMD3(region.center + turned(inRegion * scale), values[start + 2] * scale)
    }

    /// The landmarks of a person.
    ///
    /// - Parameters:
    ///   - values: of ``landmarks`` landmarks.
    ///   - world: of as many.
    /// - Returns: nil if they are not finite.
    func body(
        score: Float, values: UnsafeMutableBufferPointer<Float>, world: UnsafeMutableBufferPointer<Float>
    ) -> BodyLandmarks? {
        let body = 0..<BodyLandmarks.count
        let positions = body.map { position(values, $0) }
        let points = body.map { landmark in
            let start = landmark * Self.valuesPerWorldLandmark
            return SIMD3(turned([world[start], world[start + 1]]), world[start + 2])
        }
        let visibility = body.map { landmark in
            1 / (1 + exp(-values[landmark * Self.valuesPerLandmark + Self.visibility]))
        }
        let (hips, top) = (position(values, Self.hips), position(values, Self.top))
        guard score.isFinite, visibility.allSatisfy(\.isFinite), positions.allSatisfy({ $0.sum().isFinite }),
            points.allSatisfy({ $0.sum().isFinite })
        else { return nil }
        return BodyLandmarks(
            score: score, positions: positions, visibility: visibility, world: points,
            nextRegion: PoseRegion(hips: [hips.x, hips.y], top: [top.x, top.y]) ?? region)
    }
}

extension SIMD3<Float> {
    fileprivate init(_ plane: SIMD2<Float>, _ depth: Float) { self.init(plane.x, plane.y, depth) }
}

/// The points of the detector's input to which its outputs are relative (MediaPipe, pose_detection_cpu.pbtxt, options of
/// SsdAnchorsCalculator): the middles of the cells of three grids.
enum DetectorAnchors {
    /// Pixels along a side of the detector's input.
    static let inputSize = 224
    /// The cells' sizes in pixels, and the anchors of each cell: two per layer of that size; the layers are 8, 16, 32, 32,
    /// 32.
    private static let grids = [(cell: 8, anchors: 2), (cell: 16, anchors: 2), (cell: 32, anchors: 6)]

    /// The number of anchors.
    static let count = 2254

    /// All anchors in the order of the outputs, as fractions of the input's side.
    static let points: [SIMD2<Float>] = {
        var points: [SIMD2<Float>] = []
        points.reserveCapacity(count)
        for grid in grids {
            let cells = inputSize / grid.cell
            for row in 0..<cells {
                for column in 0..<cells {
                    let middle = (SIMD2(Float(column), Float(row)) + 0.5) / Float(cells)
                    for _ in 0..<grid.anchors { points.append(middle) }
                }
            }
        }
        return points
    }()
}

/// The detector's output for one anchor; places are fractions of the input's side.
struct DetectionCandidate: Equatable {
    /// 0...1.
    var score: Float
    /// Left, top, right, bottom of the face.
    var box: SIMD4<Float>
    /// The middle of the hips (x, y), and the point above it on the body's circle (x, y).
    var points: SIMD4<Float>

    /// The network's values per anchor: the box's middle and size, then four points, of which the last two are for the
    /// upper body and unused; pixels of the input, from the anchor.
    static let valuesPerAnchor = 12
    /// The magnitude at which logits of scores are clipped (`score_clipping_thresh`).
    private static let largestLogit: Float = 100

    /// Reads an anchor's output; nil if the score is below `minimumScore` or a value is not finite.
    init?(
        logit: Float, values: UnsafePointer<Float>, anchor: SIMD2<Float>, minimumScore: Float
    ) {
        let clipped = min(max(logit, -Self.largestLogit), Self.largestLogit)
        score = 1 / (1 + exp(-clipped))
        guard score >= minimumScore else { return nil }
        let scale = 1 / Float(DetectorAnchors.inputSize)
        let middle = SIMD2(values[0], values[1]) * scale + anchor
        let half = SIMD2(values[2], values[3]) * (scale / 2)
        box = SIMD4(lowHalf: middle - half, highHalf: middle + half)
        points =
            SIMD4(values[4], values[5], values[6], values[7]) * scale
            + SIMD4(lowHalf: anchor, highHalf: anchor)
        guard (box + points).sum().isFinite else { return nil }
    }

    init(score: Float, box: SIMD4<Float>, points: SIMD4<Float>) {
        (self.score, self.box, self.points) = (score, box, points)
    }

    private var area: Float { max(box.z - box.x, 0) * max(box.w - box.y, 0) }

    /// The intersection of two boxes over their union, 0...1.
    func overlap(with other: DetectionCandidate) -> Float {
        let width = min(box.z, other.box.z) - max(box.x, other.box.x)
        let height = min(box.w, other.box.w) - max(box.y, other.box.y)
        guard width > 0, height > 0 else { return 0 }
        return width * height / (area + other.area - width * height)
    }
}

/// Merges the candidates of one person into one detection: the mean of all that overlap the best one, weighted by score
/// (Bazarevsky et al., BlazeFace, 2019, section 3.4; MediaPipe's NonMaxSuppressionCalculator, WEIGHTED).
struct DetectionSuppression {
    /// The overlap from which boxes belong to one person (`min_suppression_threshold`).
    static let overlap: Float = 0.3
    /// The most people returned for one image.
    static let largestCount = 32

    private var remaining: [DetectionCandidate] = []
    private var kept: [DetectionCandidate] = []

    /// Reserves room for all anchors, so that nothing is allocated later.
    init() {
        remaining.reserveCapacity(DetectorAnchors.count)
        kept.reserveCapacity(Self.largestCount)
    }

    /// Forgets all candidates.
    mutating func reset() {
        remaining.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
    }

    mutating func add(_ candidate: DetectionCandidate) { remaining.append(candidate) }

    /// One detection per person, most certain first.
    mutating func people() -> [DetectionCandidate] {
        remaining.sort { $0.score > $1.score }
        while let best = remaining.first, kept.count < Self.largestCount {
            var weight: Float = 0
            var (box, points) = (SIMD4<Float>.zero, SIMD4<Float>.zero)
            // The best is removed even if its box is empty and overlaps nothing.
            remaining.removeAll { candidate in
                guard candidate == best || best.overlap(with: candidate) > Self.overlap else { return false }
                weight += candidate.score
                box += candidate.box * candidate.score
                points += candidate.points * candidate.score
                return true
            }
            kept.append(DetectionCandidate(score: best.score, box: box / weight, points: points / weight))
        }
        return kept
    }
}
