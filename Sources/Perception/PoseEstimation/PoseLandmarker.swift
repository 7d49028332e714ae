import Foundation

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
