import Gait
import Messaging
import Simulation
import Testing

@testable import gaitctl

/// One walk as every kind of source publishes it, through the decoder and the buffer of gaitd.
@Suite("One walk in every layout")
struct LayoutWindowTests {
    /// How far trunk and head of a layout may be from those of step16, meters.
    private static let trunkDistance: [Joint: Float] = [.root: 0.05, .spine: 0.09, .neck: 0.08, .head: 0.19]

    /// The window of the first person of a scene, two of whom are published for 3 s at 30 Hz.
    private func window(_ options: SimulatedScene.Options) throws -> GaitWindow {
        var scene = SimulatedScene(options)
        var message = SkeletonMessage()
        var buffer = PoseBuffer()
        for frame in 0..<90 {
            let stamp = Double(frame) / 30
            for (_, payload) in scene.messages(at: stamp, stamp: stamp) {
                try message.decode(payload)
                #expect(message.bodies.count == 2 && message.bodyRejections.total == 0)
                #expect(buffer.append(message.bodies[0].pose, at: try #require(message.stamp)) == .accepted)
            }
        }
        return try #require(buffer.window())
    }

    private func largestDistance(of joint: Joint, _ one: Gait, _ other: Gait) -> Float {
        (0..<Gait.windowFrames).map { frame in
            let offset =
                one.position(frame: frame, joint: joint) - other.position(frame: frame, joint: joint)
            return (offset * offset).sum().squareRoot()
        }.max() ?? .infinity
    }

    @Test(
        "layouts, units, axes and tilts give the same window, except for the layout's own trunk and head",
        arguments: SkeletonLayout.allCases, Emotion.allCases)
    func sameWindow(layout: SkeletonLayout, emotion: Emotion) throws {
        var options = SimulatedScene.Options(robots: 1, people: 2, emotions: [emotion])
        let reference = try window(options)
        options.layout = layout
        var ofLayout: GaitWindow?
        for (units, up, tilt) in [
            (LengthUnit.metre, UpAxis.y, Float(0)), (.centimetre, .z, 0), (.millimetre, .minusY, 0),
            (.metre, .y, 20), (.millimetre, .minusY, 35), (.centimetre, .z, -15),
        ] {
            options.frame = SensorFrame(units: units, up: up, tilt: tilt)
            options.confidence = tilt == 0 ? nil : 0.9
            let window = try window(options)
            #expect(window.coverage == 1 && window.end == reference.end)
            let first = ofLayout ?? window
            ofLayout = first
            for joint in Joint.allCases {
                let trunk = layout == .step16 ? 0 : Self.trunkDistance[joint] ?? 0
                #expect(
                    largestDistance(of: joint, window.gait, reference.gait) <= trunk + 2e-4,
                    "\(joint.name), \(units.rawValue), \(up.rawValue), \(tilt)°")
                // The frame of reference changes nothing in any layout.
                #expect(largestDistance(of: joint, window.gait, first.gait) <= 2e-4)
            }
        }
    }
}
