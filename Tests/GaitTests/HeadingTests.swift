import Foundation
import Testing

@testable import Gait

@Suite("Heading")
struct HeadingTests {
    /// A standing body that turns by what a closure says, and twists its hips once a second on top.
    private func turning(_ angle: (Int) -> Float, twist: Float = 0.1, frames: Int = 75) -> Gait {
        var gait = Gait(
            validated: (0..<frames).flatMap { _ in ReferencePose.positions.flatMap { [$0.x, $0.y, $0.z] } })
        gait.turn(
            by: (0..<frames).map { -angle($0) - twist * sin(2 * .pi * Float($0) / Gait.frameRate) })
        return gait
    }

    @Test("a steady turn, even more than a full one, is followed and a twist in each stride is not")
    func followed() {
        for speed in [Float(0), 0.02, -0.1] {
            let standing = Heading(turning({ _ in 0 }, twist: 0)).angles[0]
            let heading = Heading(turning { speed * Float($0) })
            for frame in [0, 20, 74] {
                #expect(abs(heading.angles[frame] - standing - speed * Float(frame)) < 0.1)
            }
            #expect(heading.rates.allSatisfy { abs($0 - speed * Gait.frameRate) < 0.25 })
        }
    }

    @Test("turned by its heading a walker faces one way, and turned back is who it was")
    func back() {
        let gait = turning({ 0.0005 * Float($0 * $0) }, twist: 0)
        let heading = Heading(gait)
        var straight = gait
        straight.turn(by: heading.angles)
        for frame in 0..<75 {
            let axis = straight.leftToRight(frame: frame)
            #expect(abs(axis.z) < 1e-3 * axis.x)
        }
        straight.turn(by: heading.angles.map { -$0 })
        #expect(zip(straight.coordinates, gait.coordinates).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("a frame alone, two frames and a body without an axis have a heading too")
    func short() {
        #expect(Heading(turning({ _ in 0.5 }, frames: 1)).rates == [0])
        #expect(Heading(turning({ _ in 0.5 }, frames: 2)).angles.count == 2)
        let point = Gait(validated: [Float](repeating: 0, count: 3 * Gait.valuesPerFrame))
        #expect(Heading(point).angles == [0, 0, 0])
    }
}
