import Testing

@testable import Simulation

@Suite("Personal variation")
struct PersonalVariationTests {
    @Test("people differ, within what adults are")
    func people() {
        let people = (0..<200).map { PersonalVariation(seed: UInt64($0)) }
        #expect(people.allSatisfy { (1.5...1.95).contains($0.height) })
        #expect(people.allSatisfy { abs($0.legAsymmetry) <= 0.04 && abs($0.armAsymmetry) <= 0.16 })
        #expect(Set(people.map(\.height)).count > 150)
        let left = people.count { $0.turnsLeft }
        #expect((60...140).contains(left))
    }

    @Test("tall people take fewer strides")
    func cadence() {
        let people = (0..<400).map { PersonalVariation(seed: UInt64($0)) }.sorted { $0.height < $1.height }
        func mean(_ people: ArraySlice<PersonalVariation>) -> Double {
            people.map { $0.applied(to: .neutral).cadence }.reduce(0, +) / Double(people.count)
        }
        #expect(mean(people.prefix(100)) > mean(people.suffix(100)))
    }
}
