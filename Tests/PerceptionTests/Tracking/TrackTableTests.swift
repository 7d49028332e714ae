import Testing

@testable import Perception

@Suite("The people that a camera sees")
struct TrackTableTests {
    private typealias Person = (body: DrawnBody, color: UInt8)

    private func standing(_ x: Float, score: Float = 0.95, turn: Float = 0) -> Person {
        (DrawnBody(place: SIMD2(x, 400), turn: turn, score: score), 200)
    }

    @Test("keep their numbers while they walk")
    func numbers() {
        var scene = DrawnScene()
        for frame in 0..<90 {
            let seen = scene.show([standing(200 + 4 * Float(frame)), standing(1000 - 2 * Float(frame))])
            #expect(seen.count == 2)
            #expect(seen[1]?.x == 200 + 4 * Float(frame) && seen[2]?.x == 1000 - 2 * Float(frame))
        }
    }

    @Test("begin with a sure look at an upright person")
    func beginning() {
        var scene = DrawnScene()
        #expect(scene.show([standing(300, score: 0.69)]).isEmpty)
        #expect(scene.show([standing(300, turn: .pi / 2)]).isEmpty)
        #expect(scene.show([standing(300, turn: .pi)]).isEmpty)
        #expect(scene.show([standing(300, score: 0.71)]).count == 1)
    }

    @Test("are no more than the limit")
    func limit() {
        var scene = DrawnScene(TrackingLimits(maximumPeople: 3))
        let crowd = (0..<5).map { standing(100 + 250 * Float($0)) }
        for _ in 0..<20 { #expect(scene.show(crowd).count == 3) }
    }

    @Test("are lost at the third miss, forgotten after two seconds, and the same until then")
    func loss() {
        var scene = DrawnScene()
        for _ in 0..<30 { scene.show([standing(300)]) }
        for miss in 1...3 {
            scene.show([])
            #expect(scene.table.tracks[0].isLost == (miss == 3))
        }
        for _ in 0..<50 { scene.show([]) }
        #expect(scene.show([standing(320)]).keys.elementsEqual([1]))
        for _ in 0..<66 { scene.show([]) }
        #expect(scene.table.tracks.isEmpty)
        #expect(scene.show([standing(320)]).keys.elementsEqual([2]))
    }

    @Test("are expected further on their way while they cannot be seen")
    func constantVelocity() {
        var scene = DrawnScene()
        for frame in 0..<30 { scene.show([standing(200 + 5 * Float(frame))]) }
        for _ in 30..<75 { scene.show([]) }
        #expect(scene.show([standing(200 + 5 * 75)]).keys.elementsEqual([1]))
    }

    @Test("are other people at another place, of another size or in other clothes")
    func strangers() {
        for stranger in [
            standing(900), (DrawnBody(place: SIMD2(300, 400), height: 420), 200),
            (DrawnBody(place: SIMD2(300, 400)), 0),
        ] {
            var scene = DrawnScene()
            for _ in 0..<30 { scene.show([standing(300)]) }
            for _ in 0..<20 { scene.show([]) }
            #expect(scene.show([stranger]).keys.elementsEqual([2]))
        }
    }

    @Test("are one where two tracks follow one body, the older one")
    func duplicates() {
        var scene = DrawnScene()
        for _ in 0..<30 { scene.show([standing(300), standing(600)]) }
        // The second one leaves, and its region slips to the first.
        for step in 0..<12 { scene.show([standing(300), standing(600 - 25 * Float(step))]) }
        var seen: [Int: SIMD2<Float>] = [:]
        for _ in 0..<10 { seen = scene.show([standing(300)]) }
        #expect(seen.keys.elementsEqual([1]))
    }

    @Test("are forgotten where time does not go on, leaps, or the image's size changes")
    func restarts() {
        var table = TrackTable(TrackingLimits())
        for (time, size) in [(10.0, 640), (10.0, 640), (9, 640), (20, 640), (20.1, 1280), (.nan, 1280)] {
            table.advance(to: time, imageSize: SIMD2(Float(size), 480))
            #expect(table.tracks.isEmpty)
            table.admit(standing(300).body.landmarks, nil)
            #expect(table.tracks.count == 1)
        }
    }
}
