import Testing

@testable import Gait

struct MedianTests {
    @Test("the middle value, the mean of the two in the middle, or 0 of none")
    func values() {
        #expect(median([3, 1, 100]) == 3)
        #expect(median([4, 1, 2, 100]) == 3)
        #expect(median([]) == 0)
    }
}
