import Foundation
import Gait
import GaitModels
import Simulation

@testable import GaitNode

/// Figures that walk toward a camera, which moves back before them, as keypoints in its picture.
enum FilmedFigure {
    /// Seconds by which stamps are ahead of the figures' time.
    private static let epoch = 1000.0

    /// The camera at a time in seconds: 5 m before the figures.
    static func camera(at time: Double) -> PinholeCamera {
        PinholeCamera(position: SIMD3(0, 1.2, Float(5 + 1.2 * time)), pitch: -4)
    }

    /// A whole message.
    ///
    /// - Parameter hasFocalLength: Whether the message tells the focal length.
    static func message(
        _ figures: [WalkingFigure], at time: Double, hasFocalLength: Bool = true
    ) -> String {
        let camera = camera(at: time)
        let bodies = figures.map { figure in
            let joints = figure.joints(at: time).map { joint in
                let pixel = camera.view.pixel(camera.view.point(SIMD3<Float>(joint)))
                return "[\(pixel.x),\(pixel.y),0.9]"
            }
            let id = figure.id.map { #""id":"\#($0)","# } ?? ""
            return #"{\#(id)"joints":[\#(joints.joined(separator: ","))]}"#
        }.joined(separator: ",")
        let focalLength = hasFocalLength ? #","focal_px":\#(camera.focalLength)"# : ""
        let image = #""image":{"width":\#(camera.width),"height":\#(camera.height)\#(focalLength)}"#
        return
            #"{"stamp":\#(epoch + time),"layout":"step16","origin":"image",\#(image),"frame_id":"camera","bodies":[\#(bodies)]}"#
    }

    /// A lifter that knows how a figure walks.
    static let load: LoadLifter = { _ in
        let figure = WalkingFigure(id: nil)
        return { windows in
            windows.map { window in
                let coordinates = (0..<Gait.windowFrames).flatMap { frame -> [Float] in
                    let joints = figure.joints(at: window.start - epoch + Double(frame) / 30)
                    return joints.flatMap { joint -> [Float] in
                        let offset = SIMD3<Float>(joint - joints[0])
                        return [offset.x, offset.y, offset.z]
                    }
                }
                return LiftedWindow(gait: Gait(validated: coordinates), tilt: 4)
            }
        }
    }
}
