import Testing

@testable import gaitctl

@Suite("Load search")
struct LoadSearchTests {
    @Test("the largest number is found within a twentieth", arguments: [1, 2, 7, 63, 64, 65, 150, 299, 511])
    func found(largest: Int) async {
        var tried: [Int] = []
        let found = await LoadSearch(limit: 512).largest { people in
            tried.append(people)
            return people <= largest
        }
        #expect(found <= largest && Double(found) >= Double(largest) * 0.95 - 1, "\(tried)")
        #expect(tried.count <= 12, "\(tried)")
        #expect(Set(tried).count == tried.count, "\(tried)")
    }

    @Test("none is 0, all is the limit, and nothing beyond it is tried")
    func ends() async {
        #expect(await LoadSearch(limit: 512).largest { _ in false } == 0)
        var most = 0
        let found = await LoadSearch(limit: 500).largest { people in
            most = max(most, people)
            return true
        }
        #expect(found == 500 && most == 500)
    }
}
