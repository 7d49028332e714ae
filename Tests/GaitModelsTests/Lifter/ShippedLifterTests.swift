import Datasets
import Foundation
import Gait
import TestSupport
import Testing

@testable import GaitModels

struct ShippedLifterTests {
    @Test(
        "the shipped lifter draws held-out recordings well enough to be read, and standing people standing",
        .enabled(if: SharedData.isThere, "needs ../shared"))
    func quality() throws {
        let lifter = try Lifter(contentsOf: URL(filePath: PackageFolder.lifter))
        let classifier = try EmotionClassifier(contentsOf: PackageFolder.classifier)
        let names = ["emotion4", "walks"]
        let gaits = try names.enumerated().flatMap { label, name in
            try GaitDataset(contentsOf: SharedData.dataset(name)).gaits.map {
                TrainingGait(
                    key: $0.key, gait: $0.gait, label: label, group: $0.sourceFile, recording: $0.sourceFile)
            }
        }
        let evaluation = try LifterEvaluation(
            of: lifter, by: classifier, gaits, datasets: names, seed: 2, threads: 2, isCancelled: { false })
        #expect(evaluation.isHeldOut && evaluation.recordings >= 8)
        for figures in evaluation.byDirection where figures.noise == .ordinary {
            let name = figures.direction?.rawValue ?? ""
            #expect(figures.errorMm < 75, "\(name) \(figures.errorMm)")
            #expect((0.8...1.1).contains(figures.swingRatio), "\(name) \(figures.swingRatio)")
            #expect(figures.strideFrequencyError < 0.05 && figures.walking > 0.85, "\(name)")
            #expect(figures.tiltError < 4, "\(name) \(figures.tiltError)")
            #expect((figures.kappa ?? 1) > 0.4, "\(name) \(figures.kappa ?? 1)")
        }
        for figures in evaluation.standing where figures.noise == .ordinary {
            #expect(figures.trueWalking < 0.02 && figures.walking < 0.06)
        }
    }
}
