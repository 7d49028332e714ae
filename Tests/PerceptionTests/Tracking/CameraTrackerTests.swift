import Foundation
import TestSupport
import Testing

@testable import Perception

@Suite("A camera's tracker", .enabled(if: SharedData.isThere))
struct CameraTrackerTests {
    private func image(_ number: Int, reduction: Int = 1) throws -> CameraImage {
        var image = CameraImage()
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: SharedData.walkerFrame(number))))
        try JPEGDecoder().decode(bytes.span, into: &image, reduction: reduction)
        return image
    }

    @Test("keeps people where frames are reduced otherwise, and forgets them where time leaps")
    func continuity() throws {
        let tracker = try PoseNetworks(in: SharedData.modelFolder).tracker()
        var seen: [[Int]] = []
        var places: [Float] = []
        for (step, reduction) in [1, 1, 2, 2, 1].enumerated() {
            let bodies = try tracker.process(
                try image(90, reduction: reduction), at: 10 + Double(step) / 30)
            seen.append(bodies.map(\.number))
            places += bodies.prefix(1).map(\.landmarks.nextRegion.center.x)
            #expect(tracker.startedOver == (step == 0))
        }
        // The same image each time, and in pixels of the frame as sent.
        #expect(try #require(places.max()) - #require(places.min()) < 20)
        #expect(Set(seen.map { $0.first }).count == 1 && seen[0].first != nil)
        #expect(try #require(tracker.smallestRegion) > 200)
        _ = try tracker.process(try image(90), at: 60)
        #expect(tracker.startedOver)
    }

    @Test("looks for landmarks in turns under less effort, and asks the detector seldom")
    func effort() throws {
        let tracker = try PoseNetworks(in: SharedData.modelFolder).tracker()
        let picture = try image(90)
        for step in 0..<4 { _ = try tracker.process(picture, at: 10 + Double(step) / 30) }
        var (bodies, detections) = (0, 0)
        for step in 4..<16 {
            let least = try #require(TrackingEffort.levels.last)
            bodies += try tracker.process(picture, at: 10 + Double(step) / 30, effort: least).count
            if tracker.detectionSeconds > 0 { detections += 1 }
        }
        // Two people, each in every third frame.
        #expect(bodies == 8 && detections <= 1)
    }

    @Test("sees nobody in an empty image")
    func empty() throws {
        let tracker = try PoseNetworks(in: SharedData.modelFolder).tracker()
        #expect(try tracker.process(CameraImage(), at: 1).isEmpty)
        var gray = CameraImage()
        gray.fill(width: 640, height: 480, scale: 1) { $0.update(repeating: 128) }
        #expect(try tracker.process(gray, at: 2).isEmpty)
        #expect(tracker.smallestRegion == nil)
    }
}
