import Datasets
import Gait
import TestSupport
import Testing

@testable import GaitModels

@Suite("GaitQuality")
struct GaitQualityTests {
    @Test(
        "recorded windows pass, the same on a treadmill fail",
        .enabled(if: SharedData.isThere, "../shared is absent"),
        arguments: ["emotion4", "style15", "walk7"])
    func recorded(name: String) throws {
        let data = try GaitDataset(contentsOf: SharedData.dataset(name))
        let windows = data.gaits.flatMap { $0.gait.windows() }
        let passing = windows.count { GaitQuality($0).passes }
        #expect(Double(passing) >= 0.97 * Double(windows.count), "\(passing) of \(windows.count)")
        let treadmill = windows.count { GaitQuality($0.rootRelative()).passes }
        #expect(Double(treadmill) < 0.05 * Double(windows.count), "\(treadmill) of \(windows.count)")
    }

    @Test("a bone that grows by a tenth fails, and so does a joint that jumps")
    func limits() {
        let walk = TestWalk.gait(armSwing: 0.3, seed: 1)
        var coordinates = walk.coordinates
        let (hand, elbow) = (Joint.leftHand.rawValue * 3, Joint.leftElbow.rawValue * 3)
        for frame in 0..<walk.frames {
            let start = frame * Gait.valuesPerFrame
            for axis in 0..<3 {
                let bone = coordinates[start + hand + axis] - coordinates[start + elbow + axis]
                coordinates[start + hand + axis] += bone * 0.1 * Float(frame) / Float(walk.frames)
            }
        }
        #expect(GaitQuality(Gait(validated: coordinates)).failures.contains(.limbVariation))
        coordinates[40 * Gait.valuesPerFrame + hand] += 1
        let quality = GaitQuality(Gait(validated: coordinates))
        #expect(quality.failures.contains(.jointSpeed) && quality.largestSpeed > 10)
    }
}
