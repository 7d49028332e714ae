import Testing

@testable import Gait

struct GaitErrorTests {
    @Test("an error names what is wrong and where")
    func descriptions() {
        #expect(GaitError.incompleteFrame(values: 49).description.contains("49 values"))
        let error = GaitError.outOfRange(frame: 7, joint: .head, value: 2e4)
        #expect(error.description.contains("head of frame 7"))
        #expect(error.description.contains("20000"))
        #expect("\(GaitError.notFinite(frame: 3, joint: .root))".contains("root of frame 3"))
        #expect(GaitError.empty.description.contains("no frames"))
    }
}
