import Testing

@testable import GaitNode

@Suite("Edit distance")
struct EditDistanceTests {
    @Test(
        "counts insertions, deletions, replacements and swaps",
        arguments: [
            ("", "", 0), ("abc", "", 3), ("", "ab", 2), ("mqtt.hots", "mqtt.host", 1),
            ("kitten", "sitting", 3),
            ("mqtt.prot", "mqtt.port", 1), ("port", "ports", 1),
        ])
    func counts(first: String, second: String, expected: Int) {
        #expect(editDistance(first, second) == expected)
        #expect(editDistance(second, first) == expected)
    }
}
