import Gait

/// The soft shadow that a body casts on the ground.
enum GroundShadow {
    /// The segments that cast shadows, each with its half-breadth in meters.
    private static let segments: [(from: Joint, to: Joint, breadth: Float)] = [
        (.root, .neck, 0.17), (.neck, .head, 0.11), (.leftHip, .leftKnee, 0.1), (.leftKnee, .leftFoot, 0.08),
        (.rightHip, .rightKnee, 0.1), (.rightKnee, .rightFoot, 0.08),
    ]
    /// The share of light that the middle of a shadow removes.
    private static let depth: Float = 0.5
    /// The breadth of its edge, meters.
    private static let softness: Float = 0.14

    /// Darkens the ground of an image, before people are drawn.
    ///
    /// - Parameter light: toward the light, in the world; upward.
    static func draw(_ pose: Pose, light: SIMD3<Float>, in view: CameraView, onto raster: inout FigureRaster)
    {
        guard pose.present == .all else { return }
        func shadow(_ joint: Joint) -> SIMD2<Float> {
            let point = pose[joint]
            let way = max(point.y, 0) / light.y
            return SIMD2(point.x - way * light.x, point.z - way * light.z)
        }
        let lines = segments.map { (shadow($0.from), shadow($0.to), $0.breadth) }
        guard let (rows, columns) = bounds(of: lines, in: view, within: raster) else { return }
        for row in rows {
            for column in columns {
                let ray = view.ray(SIMD2(Float(column) + 0.5, Float(row) + 0.5))
                guard ray.y < -1e-3 else { continue }
                let place = view.position - view.position.y / ray.y * ray
                let ground = SIMD2(place.x, place.z)
                var shade: Float = 0
                for (from, to, breadth) in lines {
                    shade = max(shade, 1 - (distance(ground, from, to) - breadth + softness) / (2 * softness))
                }
                guard shade > 0 else { continue }
                let smooth = min(shade, 1)
                raster.darken(x: column, y: row, by: 1 - depth * smooth * smooth * (3 - 2 * smooth))
            }
        }
    }

    /// The part of the image that the shadow can reach; nil if that is outside.
    private static func bounds(
        of lines: [(SIMD2<Float>, SIMD2<Float>, Float)], in view: CameraView, within raster: FigureRaster
    ) -> (Range<Int>, Range<Int>)? {
        var low = SIMD2<Float>(repeating: .infinity)
        var high = -low
        for (from, to, breadth) in lines {
            for end in [from, to] {
                for corner in [SIMD2<Float>(1, 1), SIMD2(1, -1), SIMD2(-1, 1), SIMD2(-1, -1)] {
                    let place = end + (breadth + softness) * corner
                    let point = view.point(SIMD3(place.x, 0, place.y))
                    guard point.z > 0.1 else { return nil }
                    let pixel = view.pixel(point)
                    low = pointwiseMin(low, pixel)
                    high = pointwiseMax(high, pixel)
                }
            }
        }
        let size = SIMD2(Float(raster.width), Float(raster.height))
        low = low.clamped(lowerBound: .zero, upperBound: size)
        high = high.clamped(lowerBound: .zero, upperBound: size)
        guard low.x < high.x, low.y < high.y else { return nil }
        return (Int(low.y)..<Int(high.y.rounded(.up)), Int(low.x)..<Int(high.x.rounded(.up)))
    }

    private static func distance(_ point: SIMD2<Float>, _ from: SIMD2<Float>, _ to: SIMD2<Float>) -> Float {
        let line = to - from
        let length = max((line * line).sum(), 1e-9)
        let share = min(max(((point - from) * line).sum() / length, 0), 1)
        let offset = point - from - share * line
        return offset.length
    }
}
