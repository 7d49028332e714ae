import Gait
import Simulation
import Testing

@testable import GaitModels

@Suite("QualityReport")
struct QualityReportTests {
    @Test("shares are of all gaits, and a gait may fail several criteria")
    func shares() {
        let walk = Walker(emotion: .neutral, seed: 3).gait(frames: 75)
        let sliding = ChangedWalk.travelling(walk, times: 0)
        let broken = ChangedWalk.changed(sliding) { frame, joint, position in
            joint == .leftHand && frame == 30 ? position + SIMD3(0, 1, 0) : position
        }
        let report = QualityReport([walk, walk, sliding, broken])
        #expect(report.gaits == 4 && report.passRate == 0.5)
        #expect(
            report.failures == [
                "limb_variation": 0.25, "foot_slide": 0.5, "no_planted_foot": 0, "joint_speed": 0.25,
            ])
        #expect(report.footSlide > GaitQuality(walk).footSlide)
    }

    @Test("of no gaits, nothing passes")
    func nothing() {
        let report = QualityReport([Gait]())
        #expect(report.gaits == 0 && report.passRate == 0)
        #expect(report.failures.values.allSatisfy { $0 == 0 })
    }
}
