import Foundation

@testable import Perception

/// People in front of a camera, found as the networks find them: landmarks of the person who fills most of the
/// region, which is the one in front where two are.
struct DrawnScene {
    static let size = SIMD2<Float>(1280, 720)
    static let interval = 1.0 / 30

    var table: TrackTable
    private(set) var time = 100.0
    /// Frames between looks of the detector.
    var detectorInterval = 10
    private var frame = 0

    init(_ limits: TrackingLimits = TrackingLimits()) { table = TrackTable(limits) }

    /// One frame with these people, the one in front first, each with the color of their clothes.
    ///
    /// - Returns: the numbers of those who were found, with where they were.
    @discardableResult
    mutating func show(_ people: [(body: DrawnBody, color: UInt8)]) -> [Int: SIMD2<Float>] {
        time += Self.interval
        table.advance(to: time, imageSize: Self.size)
        for track in table.tracks.indices where !table.tracks[track].isLost {
            let region = table.tracks[track].expectedRegion(at: time)
            if let person = Self.visible(in: region, people) {
                table.see(person.body.landmarks, Self.clothes(person.color), track: track)
            } else {
                table.see(DrawnBody(place: region.center, score: 0.1).landmarks, nil, track: track)
            }
        }
        table.settle()
        if frame % detectorInterval == 0 || table.isEmpty || table.isSearching {
            for (index, person) in people.enumerated() where !Self.isHidden(index, people) {
                guard table.isFree(person.body.region) else { continue }
                table.admit(person.body.landmarks, Self.clothes(person.color))
            }
        }
        frame += 1
        return table.tracks.filter(\.isSeen).reduce(into: [:]) {
            $0[$1.identity.number] = $1.landmarks.nextRegion.center
        }
    }

    /// The front one of those in the middle of a region, else the nearest.
    private static func visible(
        in region: PoseRegion, _ people: [(body: DrawnBody, color: UInt8)]
    ) -> (body: DrawnBody, color: UInt8)? {
        func distance(_ body: DrawnBody) -> Float {
            let offset = body.place - region.center
            return (offset * offset).sum().squareRoot() / region.side
        }
        return people.first { distance($0.body) < 0.12 }
            ?? people.enumerated().filter { distance($1.body) < 0.3 && !isHidden($0, people) }
            .min { distance($0.element.body) < distance($1.element.body) }?.element
    }

    private static func isHidden(_ index: Int, _ people: [(body: DrawnBody, color: UInt8)]) -> Bool {
        people[..<index].contains { abs($0.body.place.x - people[index].body.place.x) < 0.2 * $0.body.height }
    }

    private static func clothes(_ color: UInt8) -> Appearance? {
        var image = CameraImage()
        image.fill(width: 64, height: 64, scale: 1) { pixels in
            for index in 0..<64 * 64 {
                pixels[3 * index] = color
                pixels[3 * index + 1] = 128
                pixels[3 * index + 2] = 255 - color
            }
        }
        return Appearance(of: DrawnBody(place: SIMD2(32, 32), height: 60).landmarks, in: image)
    }
}

/// Landmarks of a person who stands in an image, without an image.
struct DrawnBody {
    /// The middle of the hips, pixels.
    var place: SIMD2<Float>
    /// From the nose to the ankles, pixels.
    var height: Float = 200
    /// Clockwise, radians: 0 stands, pi / 2 lies.
    var turn: Float = 0
    var score: Float = 0.95

    /// Half widths and heights above the hips, as shares of the height.
    private static let shares: [(SIMD2<Float>, ClosedRange<Int>)] = [
        (SIMD2(0.02, -0.55), 0...10), (SIMD2(0.12, -0.36), 11...12), (SIMD2(0.15, -0.18), 13...14),
        (SIMD2(0.15, 0), 15...22), (SIMD2(0.08, 0), 23...24), (SIMD2(0.08, 0.22), 25...26),
        (SIMD2(0.08, 0.45), 27...32),
    ]

    var landmarks: BodyLandmarks {
        var positions: [SIMD3<Float>] = []
        for (offset, indices) in Self.shares {
            for index in indices {
                let side: Float = index.isMultiple(of: 2) ? -1 : 1
                let (x, y) = (side * offset.x * height, offset.y * height)
                let (sine, cosine) = (Self.sine(turn), Self.sine(turn + .pi / 2))
                positions.append(SIMD3(place.x + x * cosine - y * sine, place.y + x * sine + y * cosine, 0))
            }
        }
        return BodyLandmarks(
            score: score, positions: positions, visibility: Array(repeating: 1, count: 33),
            world: positions.map { ($0 - SIMD3(place.x, place.y, 0)) * (1.6 / height) }, nextRegion: region)
    }

    var region: PoseRegion { PoseRegion(center: place, side: 1.3 * height, rotation: turn) }

    /// Points turned about the upright axis, radians.
    static func turned(_ points: [SIMD3<Float>], by angle: Float) -> [SIMD3<Float>] {
        let (sine, cosine) = (sine(angle), sine(angle + .pi / 2))
        return points.map { SIMD3(cosine * $0.x + sine * $0.z, $0.y, cosine * $0.z - sine * $0.x) }
    }

    private static func sine(_ angle: Float) -> Float { Float(sin(Double(angle))) }
}
