import Gait
import Testing

@testable import Datasets

@Suite("Conversion of another source's coordinates")
struct GaitConversionTests {
    /// Frames whose numbers are all different: root at (1, 2, 3) and so on, a metre further in every frame.
    private func coordinates(frames: Int) -> [Float] {
        (0..<frames * Gait.valuesPerFrame).map {
            Float($0 % Gait.valuesPerFrame) + Float($0 / Gait.valuesPerFrame)
        }
    }

    @Test("without an option nothing is changed")
    func unchanged() throws {
        let numbers = coordinates(frames: 3)
        #expect(try GaitConversion()(numbers).coordinates == numbers)
    }

    @Test("unit, axis and handedness are corrected together")
    func axes() throws {
        var conversion = GaitConversion()
        (conversion.units, conversion.up, conversion.isLeftHanded) = (.centimetre, .z, true)
        // Of spine: x 3, y 4, z 5 as the source has them.
        let spine = try conversion(coordinates(frames: 1)).position(frame: 0, joint: .spine)
        let expected = SIMD3<Float>(-0.03, 0.05, -0.04)
        #expect(((spine - expected) * (spine - expected)).sum() < 1e-9)
    }

    @Test("exchanging the sides gives left joints the places of right ones, and no more")
    func sides() throws {
        var conversion = GaitConversion()
        conversion.swapsSides = true
        let before = try Gait(coordinates: coordinates(frames: 2))
        let after = try conversion(before.coordinates)
        for joint in Joint.allCases {
            #expect(
                after.position(frame: 1, joint: joint) == before.position(frame: 1, joint: joint.mirrored))
        }
    }

    @Test("a recording at twice the rate becomes half as many frames, one at half the rate twice as many")
    func rates() throws {
        var conversion = GaitConversion()
        conversion.rate = 60
        #expect(
            try conversion(coordinates(frames: 5)).coordinates
                == [0, 2, 4].flatMap { start in
                    (0..<Gait.valuesPerFrame).map { Float($0 + start) }
                })
        conversion.rate = 15
        let slow = try conversion(coordinates(frames: 3))
        #expect(slow.frames == 5 && slow.position(frame: 1, joint: .root) == SIMD3(0.5, 1.5, 2.5))
    }

    @Test("what is no gait is refused, also after the unit was corrected")
    func refused() throws {
        var conversion = GaitConversion()
        #expect(throws: GaitError.self) { try conversion([1, 2]) }
        #expect(throws: GaitError.self) { try conversion([]) }
        var numbers = coordinates(frames: 1)
        numbers[7] = .nan
        #expect(throws: GaitError.notFinite(frame: 0, joint: .neck)) { try conversion(numbers) }
        // 20 km in metres, 20 m in millimetres.
        numbers[7] = 20_000
        #expect(throws: GaitError.self) { try conversion(numbers) }
        conversion.units = .millimetre
        #expect(try conversion(numbers).frames == 1)
    }
}
