import Testing

@testable import Gait

struct LengthUnitTests {
    @Test("units are found by their names and give metres")
    func metres() {
        #expect(LengthUnit(rawValue: "m")?.metres == 1)
        #expect(LengthUnit(rawValue: "cm")?.metres == 0.01)
        #expect(LengthUnit(rawValue: "mm")?.metres == 0.001)
        #expect(LengthUnit(rawValue: "inch") == nil)
    }
}
