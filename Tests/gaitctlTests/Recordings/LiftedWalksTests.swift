import Datasets
import Foundation
import Gait
import GaitModels
import GaitNode
import Messaging
import Simulation
import TestSupport
import Testing

@testable import gaitctl

/// Recorded walks as a pose estimator without depth publishes them, through the decoder, the recognizer and the lifter.
@Suite("Recorded walks as keypoints")
struct LiftedWalksTests {
    private static let lifter = PackageFolder.path("config/models/lifter-default.safetensors")
    static let isThere = SharedData.isThere && FileManager.default.fileExists(atPath: lifter)

    /// The last window of a gait that a camera films, by way of messages of coco17.
    ///
    /// - Parameter side: From where the walker is seen, degrees: 0 from ahead, 90 from the side.
    private func window(of gait: Gait, from side: Float, _ lift: @escaping Lift) throws -> Gait? {
        var recorded = RecordedWindows(every: 2.5, topics: try Topics(node: "test"), lift: lift)
        let middle =
            (0..<gait.frames).reduce(SIMD3<Float>.zero) {
                $0 + gait.position(frame: $1, joint: .root)
            } / Float(gait.frames)
        let way =
            gait.position(frame: gait.frames - 1, joint: .root) - gait.position(frame: 0, joint: .root)
        let heading = atan2(way.x, way.z) + side * .pi / 180
        let distance: Float = 5
        let camera = PinholeCamera(
            position: SIMD3(middle.x + sin(heading) * distance, 1.2, middle.z + cos(heading) * distance),
            yaw: heading * 180 / .pi, pitch: -3)
        for frame in 0..<gait.frames {
            let joints = SkeletonLayout.coco17.joints(of: gait.pose(frame: frame)).map { joint in
                guard let joint else { return "null" }
                let pixel = camera.view.pixel(camera.view.point(joint))
                return "[\(pixel.x),\(pixel.y),0.9]"
            }
            let time = Double(frame) / 30
            let payload =
                #"{"layout":"coco17","origin":"image","stamp":\#(time),"image":{"width":1280,"height":720},"#
                + #""bodies":[{"joints":[\#(joints.joined(separator: ","))]}]}"#
            recorded.take(
                RecordedMessage(topic: "robots/r1/skeletons", at: time, payload: Array(payload.utf8)))
        }
        return recorded.windows.first?.gait
    }

    @Test("have the emotions of the same walks in space, in most cases", .enabled(if: isThere))
    func agreement() throws {
        let classifier = try EmotionClassifier(contentsOf: PackageFolder.classifier)
        let lift = try LifterLoader.load(URL(filePath: Self.lifter))
        let walks = try GaitDataset(contentsOf: SharedData.dataset("emotion4")).gaits
            .filter { $0.gait.frames >= Gait.windowFrames }
        let some = stride(from: 0, to: walks.count, by: max(walks.count / 24, 1)).map { walks[$0].gait }
        for side: Float in [0, 45, 90] {
            var (same, all) = (0, 0)
            for walk in some {
                let gait = walk.slice(start: 0, frames: Gait.windowFrames)
                guard let lifted = try window(of: gait, from: side, lift) else { continue }
                let labels = classifier.classify([gait, lifted]).map(\.label)
                all += 1
                if labels[0] == labels[1] { same += 1 }
            }
            #expect(all * 10 >= some.count * 9, "\(side) degrees: \(all) of \(some.count) have a window")
            #expect(same * 10 >= all * 6, "\(side) degrees: \(same) of \(all)")
        }
    }
}
