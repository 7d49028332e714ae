/// Finds the landmarks of the person in a region of an image, with BlazePose's landmark network (Bazarevsky et al., 2020;
/// Grishchenko et al., BlazePose GHUM Holistic, 2022, for those in space).
///
/// For one thread at a time; several people and cameras may share one.
package final class PoseLandmarker {
    private let network: PoseNetwork
    private let sampling = RegionSampling(size: LandmarkDecoding.inputSize, black: 0, white: 1)

    /// Loads a landmark network, the lite, full or heavy one, from a `.tflite` file.
    ///
    /// - Throws: ``PerceptionError``.
    package convenience init(contentsOf path: String) throws(PerceptionError) {
        try self.init(PoseModelFile(path: path))
    }

    /// Loads a landmark network from a file or a member of a bundle.
    ///
    /// - Throws: ``PerceptionError``.
    package init(_ file: PoseModelFile) throws(PerceptionError) {
        network = try PoseNetwork(Self.plan(try file.read(), path: file.path))
    }

    /// The outputs are the landmarks, how sure the network is of a person (0...1), and the landmarks in space; the mask
    /// of the person and the heat maps are left out.
    static func plan(_ bytes: [UInt8], path: String) throws(PerceptionError) -> NetworkPlan {
        let size = LandmarkDecoding.inputSize
        return try NetworkPlan(
            NetworkModel(bytes, path: path), input: [1, size, size, 3],
            outputs: [
                [1, LandmarkDecoding.landmarks * LandmarkDecoding.valuesPerLandmark], [1, 1],
                [1, LandmarkDecoding.landmarks * LandmarkDecoding.valuesPerWorldLandmark],
            ])
    }

    /// What TensorFlow Lite calls the outputs of the released network that are used, in their order in ``raw(_:)``.
    package static let outputNames = ["Identity", "Identity_1", "Identity_4"]

    /// The outputs for an input [H, W, 3], row by row, as the network gives them; nil where the input has another size.
    package func raw(_ input: ArraySlice<Float>) throws(PerceptionError) -> [[Float]]? {
        try network.outputs(for: input)
    }

    /// The landmarks of the person in a region. There are always some: whether they are a person's is in the score.
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
