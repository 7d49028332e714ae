import Foundation
import Gait

/// The background: textured ground up to a horizon, buildings and a sky, or a floor and a wall.
///
/// A pure function of the seed and the direction of sight, rendered once per camera.
struct MannequinBackground {
    private let ground: SIMD3<Float>
    private let seam: Float
    private let wall: SIMD3<Float>
    private let sky: SIMD3<Float>
    /// The wall's distance from the middle of the scene, meters; nil outdoors.
    private let wallDistance: Float?
    private let noise: LatticeNoise

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed ^ 0x6261_636B)
        func pick(_ colors: [SIMD3<Float>]) -> SIMD3<Float> {
            colors[Int(generator.next() % UInt64(colors.count))] * generator.uniform(0.9...1.1)
        }
        let isIndoors = generator.uniform(0...1) < 0.5
        ground = pick(
            isIndoors
                ? [SIMD3(150, 118, 86), SIMD3(128, 128, 126), SIMD3(164, 156, 142)]
                : [SIMD3(96, 116, 66), SIMD3(118, 116, 114), SIMD3(150, 138, 116)])
        wall = pick([SIMD3(202, 198, 188), SIMD3(172, 186, 190), SIMD3(196, 178, 152), SIMD3(150, 156, 150)])
        sky = pick([SIMD3(150, 184, 220), SIMD3(190, 204, 216), SIMD3(206, 208, 210)])
        seam = isIndoors ? generator.uniform(0.3...0.6) : 0
        wallDistance = isIndoors ? generator.uniform(9...12) : nil
        noise = LatticeNoise(seed: generator.next())
    }

    /// A camera's image of it: red, green and blue, row by row.
    func render(for camera: PinholeCamera) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: 3 * camera.width * camera.height)
        let view = camera.view
        var index = 0
        for row in 0..<camera.height {
            for column in 0..<camera.width {
                let ray = view.ray(SIMD2(Float(column) + 0.5, Float(row) + 0.5))
                let color = self.color(along: ray, from: camera.position)
                    .clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
                for channel in 0..<3 { pixels[index + channel] = UInt8(color[channel]) }
                index += 3
            }
        }
        return pixels
    }

    private func color(along ray: SIMD3<Float>, from position: SIMD3<Float>) -> SIMD3<Float> {
        let fall = ray.y < -1e-4 ? position.y / -ray.y : .infinity
        if let wallDistance {
            let reach = distanceToWall(along: ray, from: position, at: wallDistance)
            let place = position + min(fall, reach) * ray
            return fall < reach ? groundColor(place, distance: fall) : wallColor(place)
        }
        let level = (ray.x * ray.x + ray.z * ray.z).squareRoot()
        if fall * level < 60 { return groundColor(position + fall * ray, distance: fall) }
        return horizonColor(azimuth: atan2(ray.x, -ray.z), rise: ray.y / max(level, 1e-3))
    }

    /// The distance to a square room's wall, in lengths of the ray.
    private func distanceToWall(
        along ray: SIMD3<Float>, from position: SIMD3<Float>, at distance: Float
    ) -> Float {
        var reach = Float.infinity
        if abs(ray.x) > 1e-4 { reach = min(reach, ((ray.x > 0 ? distance : -distance) - position.x) / ray.x) }
        if abs(ray.z) > 1e-4 { reach = min(reach, ((ray.z > 0 ? distance : -distance) - position.z) / ray.z) }
        return max(reach, 0.1)
    }

    private func groundColor(_ place: SIMD3<Float>, distance: Float) -> SIMD3<Float> {
        // Texture finer than a pixel would only flicker.
        let detail = min(4 / distance, 1)
        let fine = noise.fractal(SIMD2(place.x, place.z) * 9)
        let coarse = noise.fractal(SIMD2(place.x, place.z) * 0.7)
        var shade = 1 + 0.22 * (coarse - 0.5) + 0.35 * detail * (fine - 0.5)
        if seam > 0 {
            let tile = SIMD2(place.x, place.z) / seam
            let edge = (tile - tile.rounded(.down) - 0.5)
            if max(abs(edge.x), abs(edge.y)) > 0.485 { shade *= 1 - 0.3 * detail }
        }
        let haze = wallDistance == nil ? min(distance / 90, 1) : 0
        return shade * ground + haze * (sky * 0.95 - shade * ground)
    }

    private func wallColor(_ place: SIMD3<Float>) -> SIMD3<Float> {
        let along = place.x + place.z
        let grain = noise.fractal(SIMD2(along, place.y) * 2.5)
        var shade = 0.92 + 0.12 * (grain - 0.5) - 0.02 * place.y
        if place.y < 0.12 { shade *= 0.7 }
        // Most stretches of two meters have a picture.
        let cell = (along / 2).rounded(.down)
        let inside = SIMD2(along / 2 - cell - 0.5, (place.y - 1.8) / 2)
        if noise.value(Int(cell), 7) > 0.4, abs(inside.x) < 0.2, abs(inside.y) < 0.18 {
            let tone = 60 + 130 * noise.value(Int(cell), 11)
            let blur = noise.fractal(inside * 22)
            return SIMD3(tone, tone * (0.7 + 0.5 * noise.value(Int(cell), 13)), tone * 0.8)
                * (0.6 + 0.7 * blur)
        }
        return shade * wall
    }

    /// Buildings of different heights before a sky.
    private func horizonColor(azimuth: Float, rise: Float) -> SIMD3<Float> {
        let cell = (azimuth * 9).rounded(.down)
        let roof = 0.03 + 0.16 * noise.value(Int(cell), 3)
        guard rise < roof else {
            let cloud = noise.fractal(SIMD2(azimuth * 3, rise * 9))
            return sky * (1.02 - 0.25 * min(max(rise, 0), 1)) + SIMD3(repeating: 36 * max(cloud - 0.45, 0))
        }
        let tone = 0.55 + 0.35 * noise.value(Int(cell), 5)
        let window = SIMD2(azimuth * 90, rise * 70)
        let pane = window - window.rounded(.down)
        let isWindow = pane.x > 0.35 && pane.y > 0.4 && rise > 0
        return wall * tone * (isWindow ? 0.7 : 1) * 0.8 + sky * 0.2
    }
}

/// Smooth noise over a plane from a lattice of random values (Perlin's value noise), 0...1.
private struct LatticeNoise {
    private let values: [Float]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        values = (0..<4096).map { _ in generator.uniform(0...1) }
    }

    /// The value of a lattice point.
    func value(_ x: Int, _ y: Int) -> Float {
        values[(x &* 73 &+ y &* 1621 &+ (x &* y) &* 31) & 4095]
    }

    /// Three octaves.
    func fractal(_ place: SIMD2<Float>) -> Float {
        0.5 * smooth(place) + 0.3 * smooth(place * 2.17) + 0.2 * smooth(place * 4.73)
    }

    private func smooth(_ place: SIMD2<Float>) -> Float {
        let limited = place.clamped(lowerBound: SIMD2(repeating: -1e6), upperBound: SIMD2(repeating: 1e6))
        let corner = limited.rounded(.down)
        let inside = limited - corner
        let share = inside * inside * (3 - 2 * inside)
        let (x, y) = (Int(corner.x), Int(corner.y))
        let top = value(x, y) + share.x * (value(x + 1, y) - value(x, y))
        let bottom = value(x, y + 1) + share.x * (value(x + 1, y + 1) - value(x, y + 1))
        return top + share.y * (bottom - top)
    }
}

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
