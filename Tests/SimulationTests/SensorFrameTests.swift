import Gait
import Testing

@testable import Simulation

@Suite("Sensor frame")
struct SensorFrameTests {
    @Test("a level sensor with y up and metres reports positions as they are")
    func identity() {
        let frame = SensorFrame()
        #expect(frame.report(SIMD3(1, 2, 3)) == SIMD3(1, 2, 3))
        #expect(frame.orientation == nil)
    }

    @Test("units and axes are those of the source")
    func unitsAndAxes() {
        #expect(SensorFrame(units: .centimetre).report(SIMD3(1, 2, 3)) == SIMD3(100, 200, 300))
        #expect(SensorFrame(up: .minusY).report(SIMD3(1, 2, 3)) == SIMD3(1, -2, -3))
        #expect(SensorFrame(up: .z).report(SIMD3(1, 2, 3)) == SIMD3(1, -3, 2))
    }

    @Test("a tilted sensor's orientation turns what it reports back to the level")
    func tilt() throws {
        let frame = SensorFrame(tilt: 90)
        let orientation = try #require(frame.orientation)
        #expect(abs((orientation * orientation).sum() - 1) < 1e-6)
        // A quarter turn about x by the orientation takes y to z; what is level z was reported as y.
        let reported = frame.report(SIMD3(1, 2, 3))
        #expect((reported - SIMD3(1, 3, -2)).max() < 1e-5 && (reported - SIMD3(1, 3, -2)).min() > -1e-5)
    }
}
