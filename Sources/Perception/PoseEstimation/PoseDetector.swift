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
