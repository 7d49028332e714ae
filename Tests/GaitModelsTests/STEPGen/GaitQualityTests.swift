import Datasets
import Gait
import Simulation
import TestSupport
import Testing

@testable import GaitModels

@Suite("GaitQuality")
struct GaitQualityTests {
    private let walk = Walker(emotion: .neutral, seed: 3).gait(frames: 75)

    @Test("walkers of every emotion pass", arguments: Emotion.allCases)
    func walkers(emotion: Emotion) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let quality = GaitQuality(Walker(emotion: emotion, seed: seed).gait(frames: 75))
            #expect(quality.passes, "seed \(seed): \(quality)")
        }
    }

    @Test(
        "a bone that grows by 6 % over the gait fails, one that grows by 4 % passes",
        arguments: [
            Joint.leftHand, .rightElbow, .leftKnee, .rightFoot, .neck, .head, .rightHip,
        ])
    func bones(joint: Joint) throws {
        let parent = try #require(joint.parent)
        func stretched(by share: Float) -> GaitQuality {
            GaitQuality(
                ChangedWalk.changed(walk) { frame, moved, position in
                    guard moved == joint else { return position }
                    let origin = walk.position(frame: frame, joint: parent)
                    return origin + (position - origin) * (1 + share * Float(frame) / 74)
                })
        }
        #expect(stretched(by: 0.06).failures.contains(.limbVariation))
        #expect(abs(stretched(by: 0.06).limbVariation - 0.06 / 1.03) < 0.01)
        #expect(!stretched(by: 0.04).failures.contains(.limbVariation))
    }

    @Test("shoulders may move against the neck")
    func shoulders() {
        let shrugging = ChangedWalk.changed(walk) { frame, joint, position in
            guard [.leftShoulder, .leftElbow, .leftHand].contains(joint) else { return position }
            return position + SIMD3(0, 0.03 * Float(frame % 10) / 10, 0)
        }
        #expect(!GaitQuality(shrugging).failures.contains(.limbVariation))
    }

    @Test("a joint that jumps by 35 cm fails by its speed, by 10 cm not")
    func jump() {
        func jumping(_ way: Float) -> GaitQuality {
            GaitQuality(
                ChangedWalk.changed(walk) { frame, joint, position in
                    joint == .head && frame >= 40 ? position + SIMD3(0, way, 0) : position
                })
        }
        #expect(jumping(0.35).failures.contains(.jointSpeed))
        #expect(abs(jumping(0.35).largestSpeed - 10.5) < 0.1)
        #expect(!jumping(0.1).failures.contains(.jointSpeed))
    }

    @Test("of one frame nothing moves, and no foot is seen planted")
    func oneFrame() {
        let quality = GaitQuality(walk.slice(start: 0, frames: 1))
        #expect(quality.failures == [.noPlantedFoot])
        #expect(quality.largestSpeed == 0 && quality.limbVariation == 0)
    }

    @Test("neither heading nor place nor side changes anything")
    func views() {
        let quality = GaitQuality(walk)
        let moved = ChangedWalk.changed(walk.rotated(yaw: 2).mirrored()) { _, _, position in
            position + SIMD3(3, 0.5, -7)
        }
        let other = GaitQuality(moved)
        #expect(abs(other.footSlide - quality.footSlide) < 1e-3)
        #expect(abs(other.largestSpeed - quality.largestSpeed) < 1e-2)
        #expect(other.passes)
    }

    @Test(
        "97 in 100 recorded windows pass each criterion, and fail it with a root that is too fast or slow",
        .enabled(if: SharedData.isThere, "../shared is absent"), arguments: ["emotion4", "style15", "walk7"])
    func recorded(name: String) throws {
        let windows = try GaitDataset(contentsOf: SharedData.dataset(name)).gaits.flatMap {
            $0.gait.windows()
        }
        let report = QualityReport(windows)
        #expect(report.gaits == windows.count)
        for (criterion, share) in report.failures { #expect(share <= 0.03, "\(criterion) \(share)") }
        #expect(report.passRate >= 0.97)
        for factor in [1.3, 0.7, 0, -1] as [Float] {
            let changed = QualityReport(windows.map { ChangedWalk.travelling($0, times: factor) })
            #expect((changed.failures["foot_slide"] ?? 0) >= 0.97, "\(factor): \(changed.failures)")
        }
        let relative = QualityReport(windows.map { $0.rootRelative() })
        #expect((relative.failures["foot_slide"] ?? 0) + (relative.failures["no_planted_foot"] ?? 0) >= 0.97)
        print(
            "QUALITY", name, report, QualityReport(windows.map { ChangedWalk.travelling($0, times: 1.3) }),
            QualityReport(windows.map { ChangedWalk.travelling($0, times: 0.7) }))
    }
}
