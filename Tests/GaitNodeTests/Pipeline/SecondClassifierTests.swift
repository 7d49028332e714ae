import Gait
import GaitModels
import TestSupport
import Testing

@testable import GaitNode

struct SecondClassifierTests {
    @Test("half a batch on another thread gives what one thread gives, in the same order", arguments: 1...5)
    func halves(count: Int) async throws {
        let folder = try TemporaryFolder()
        try TestModel.write(to: folder.path + "/model.safetensors")
        let file = try ModelFile(contentsOf: folder.path + "/model.safetensors")
        let first = try EmotionClassifier(file.model)
        let second = try SecondClassifier(file)
        let gaits = (0..<count).map { number in
            Gait(
                validated: (0..<Gait.windowFrames * Gait.valuesPerFrame).map {
                    Float(($0 * (number + 3)) % 17) / 17
                })
        }
        let expected = first.classify(gaits)
        #expect(second.classify(gaits, with: first) == expected)
        try second.start()
        while !second.isReady { await Task.yield() }
        for _ in 0..<3 {
            let found = second.classify(gaits, with: first)
            #expect(found.count == count)
            for (one, other) in zip(found, expected) {
                for (a, b) in zip(one.probabilities, other.probabilities) { #expect(abs(a - b) < 1e-5) }
            }
        }
    }
}
