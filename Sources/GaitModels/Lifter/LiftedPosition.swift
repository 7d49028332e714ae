import Foundation
package import Gait

extension LiftedWindow {
    /// The distances along the optical axis that are believed, meters.
    private static let plausibleDepth: ClosedRange<Float> = 0.2...200

    /// Where the root is at the window's end, in the camera's frame: meters, x right, y down, z forward.
    ///
    /// A body of known size is as far away as it looks small: of all places, the one at which the lifted joints come
    /// nearest to the rays that were seen, by least squares. The rays must be those of a known focal length.
    ///
    /// - Parameter seen: the window that was lifted.
    /// - Returns: nil if too little was seen in the last frame.
    package func rootPosition(seen: ImageWindow) -> SIMD3<Float>? {
        let frame = Gait.windowFrames - 1
        let start = frame * ImageWindow.joints.count
        let root = gait.position(frame: frame, joint: .root)
        // With the root at p, a joint at p + offset is seen along ray: p.xy + offset.xy = ray * (p.z + offset.z). So
        // p.xy = ray * p.z - rest, with rest = offset.xy - ray * offset.z: a straight line through the joints.
        var points: [(weight: Float, ray: SIMD2<Float>, rest: SIMD2<Float>)] = []
        for (column, joint) in ImageWindow.joints.enumerated() {
            let weight = seen.confidences[start + column]
            guard weight > 0 else { continue }
            let offset = inCamera(gait.position(frame: frame, joint: joint) - root)
            let ray = seen.rays[start + column]
            points.append((weight, ray, SIMD2(offset.x, offset.y) - ray * offset.z))
        }
        let total = points.reduce(0) { $0 + $1.weight }
        guard points.count > 2, total > 0 else { return nil }
        let ray = points.reduce(SIMD2<Float>.zero) { $0 + $1.ray * $1.weight } / total
        let rest = points.reduce(SIMD2<Float>.zero) { $0 + $1.rest * $1.weight } / total
        var (along, square): (Float, Float) = (0, 0)
        for point in points {
            let change = point.ray - ray
            along += point.weight * (change * (point.rest - rest)).sum()
            square += point.weight * (change * change).sum()
        }
        guard square > 0 else { return nil }
        let depth = along / square
        guard Self.plausibleDepth.contains(depth) else { return nil }
        let place = ray * depth - rest
        return SIMD3(place.x, place.y, depth)
    }

    /// A vector of the lifted gait in the camera's frame.
    private func inCamera(_ vector: SIMD3<Float>) -> SIMD3<Float> {
        let (down, ahead) = (-vector.y, -vector.z)
        let (cosine, sine) = (cos(tilt * .pi / 180), sin(tilt * .pi / 180))
        return SIMD3(vector.x, cosine * down - sine * ahead, cosine * ahead + sine * down)
    }
}
