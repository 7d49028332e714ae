import Foundation
import TestSupport
import Testing

@testable import Perception

/// The clip of a walker, and what a reference implementation finds in it.
enum WalkerClip {
    struct Reference: Decodable {
        struct Person: Decodable { let frames: [Frame] }
        struct Frame: Decodable {
            let frame: Int
            let xy: [[Float]]
            let visibility: [Float]
            let world: [[Float]]

            var points: [SIMD2<Float>] { xy.map { [$0[0], $0[1]] } }
            var height: Float { (xy.map { $0[1] }.max() ?? 0) - (xy.map { $0[1] }.min() ?? 0) }
            var hips: SIMD2<Float> { (points[23] + points[24]) / 2 }

            /// The distances of a body's landmarks, as shares of the person's height.
            func distances(to positions: [SIMD3<Float>]) -> [Float] {
                zip(positions, points).map { distance([$0.x, $0.y], $1) / height }
            }
        }
        let people: [Person]

        /// The second person, who walks across, in a frame.
        func walker(_ number: Int) throws -> Frame {
            try #require(people[1].frames.first { $0.frame == number })
        }
    }

    static func reference() throws -> Reference {
        let file = URL(filePath: SharedData.fixture("blazepose-walker.json"))
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }

    static func decode(_ number: Int, into image: inout CameraImage, reduction: Int = 1) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: SharedData.walkerFrame(number))))
        try JPEGDecoder().decode(bytes.span, into: &image, reduction: reduction)
    }

    static func distance(_ first: SIMD2<Float>, _ second: SIMD2<Float>) -> Float {
        ((first - second) * (first - second)).sum().squareRoot()
    }
}
