import Gait
import Messaging
import Simulation
import Testing

@testable import gaitctl

@Suite("Streams of keypoints")
struct KeypointStreamTests {
    private struct Stream {
        var fields = #""image":{"width":1280,"height":720,"focal_px":1000}"#
        var confidence = "0.9"
        var pixel: (SIMD2<Float>) -> SIMD2<Float> = { $0 }
        var camera = PinholeCamera(position: SIMD3(0, 1.2, 0), fieldOfView: 65.2)

        /// What the check says of eight seconds of a walker.
        func check() -> StreamCheck {
            var record = StreamRecord()
            let walker = Walker(
                emotion: .happy, seed: 2,
                options: .init(start: SIMD3(0, 0, -13), radius: 1000, heading: 0))
            for frame in 0..<240 {
                let time = Double(frame) / 30
                let joints = SkeletonLayout.coco17.joints(of: walker.pose(at: time)).map { joint in
                    guard let joint else { return "null" }
                    let place = pixel(camera.view.pixel(camera.view.point(joint)))
                    return "[\(place.x),\(place.y),\(confidence)]"
                }
                let payload =
                    #"{"layout":"coco17","origin":"image","stamp":\#(1_700_000_000 + time),\#(fields),"#
                    + #""bodies":[{"id":"1","joints":[\#(joints.joined(separator: ","))]}]}"#
                record.take(
                    Array(payload.utf8), arrival: Arrival(wallClock: 1_700_000_000 + time, monotonic: time))
            }
            return StreamCheck(record, topic: "robots/r1/skeletons")
        }
    }

    @Test("a good one has nothing wrong")
    func good() {
        let check = Stream().check()
        #expect(check.faults == [], "\(check.text)")
        #expect(
            check.texts("image").contains("1280 x 720") && check.texts("keypoints").contains("pixels tall"))
        #expect(check.text.contains("layout coco17, units px, origin image"))
        #expect(check.texts("gait").contains("not lifted"))
    }

    @Test("an unknown focal length is noted, a missing size is wrong")
    func image() {
        let unknown = Stream(fields: #""image":{"width":1280,"height":720}"#).check()
        #expect(unknown.faults == [] && unknown.texts("image").contains("focal_px"))
        let missing = Stream(fields: #""x":1"#).check()
        #expect(missing.faults.contains("messages") && missing.texts("messages").contains("missing_image"))
    }

    @Test("a wrong size, confidences in percent, and a picture upside down are named")
    func faults() {
        let small = Stream(fields: #""image":{"width":320,"height":240}"#).check()
        #expect(small.texts("messages").contains("outside_image"), "\(small.text)")
        let percent = Stream(confidence: "87").check()
        #expect(percent.faults == ["confidence"], "\(percent.text)")
        let turned = Stream(pixel: { SIMD2(1280, 720) - $0 }).check()
        #expect(turned.faults.contains("keypoints"), "\(turned.text)")
    }
}
