import Foundation

/// Where the landmark network's outputs are in an image and in space (MediaPipe's TensorsToLandmarksCalculator,
/// LandmarkProjectionCalculator and WorldLandmarkProjectionCalculator).
struct LandmarkDecoding {
    /// Pixels along a side of the landmark network's input.
    static let inputSize = 256
    /// Landmarks that the network gives: those of the body, then the middle of the hips, the point above it on the
    /// body's circle, and four that are not used.
    static let landmarks = 39
    /// Of a landmark: x, y and depth in pixels of the input, then the logits of its being visible and of its being in
    /// the region at all.
    static let valuesPerLandmark = 5
    /// Of a landmark in space: x, y, z, metres.
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

    /// A vector of the region's own axes along the image's.
    private func turned(_ vector: SIMD2<Float>) -> SIMD2<Float> {
        SIMD2(across.x * vector.x - across.y * vector.y, across.y * vector.x + across.x * vector.y)
    }

    private func position(_ values: UnsafeMutableBufferPointer<Float>, _ landmark: Int) -> SIMD3<Float> {
        let start = landmark * Self.valuesPerLandmark
        let scale = region.side / Float(Self.inputSize)
        let inRegion = SIMD2(values[start], values[start + 1]) - Float(Self.inputSize) / 2
        return SIMD3(region.centre + turned(inRegion * scale), values[start + 2] * scale)
    }

    /// The landmarks of a person.
    ///
    /// - Parameters:
    ///   - values: of ``landmarks`` landmarks.
    ///   - world: of as many.
    /// - Returns: nil where they are not finite.
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
