import Foundation
import Gait
import Simulation

@testable import Perception

/// Mannequins before a camera, as a tracker follows them, beside where they truly are.
struct FilmedScene {
    struct Frame {
        let bodies: [TrackedBody]
        let truth: [MannequinTruth]

        /// The body that is taken for a person: the one with the nearest hips, if it is within a quarter of the
        /// person's height in the image.
        func body(of person: Int) -> TrackedBody? {
            guard let height = height(of: person), let root = truth[person].pixels[Joint.root.rawValue] else {
                return nil
            }
            func distance(_ body: TrackedBody) -> Float {
                let (left, right) = (body.landmarks.positions[23], body.landmarks.positions[24])
                let offset = SIMD2(left.x + right.x, left.y + right.y) / 2 - SIMD2(root[0], root[1])
                return (offset * offset).sum().squareRoot()
            }
            let nearest = bodies.min { distance($0) < distance($1) }
            return nearest.flatMap { distance($0) < height / 4 ? $0 : nil }
        }

        /// Whose body one is: the person with the nearest hips.
        func person(of body: TrackedBody) -> Int? {
            truth.indices.first { self.body(of: $0)?.number == body.number }
        }

        /// From head to feet, pixels.
        private func height(of person: Int) -> Float? {
            let rows = truth[person].pixels.compactMap { $0?[1] }
            return rows.max().flatMap { bottom in rows.min().map { bottom - $0 } }
        }
    }

    /// Frames per second.
    static let rate = 30.0

    let frames: [Frame]

    /// Renders a scene and follows its people.
    init(_ scene: MannequinScene, seconds: Double, networks: PoseNetworks) throws {
        var scene = scene
        let tracker = networks.tracker()
        var image = CameraImage()
        frames = try (0..<Int(seconds * Self.rate)).map { frame in
            let time = Double(frame) / Self.rate
            let pixels = scene.render(at: time)
            image.fill(width: scene.camera.width, height: scene.camera.height, scale: 1) {
                $0.update(from: pixels)
            }
            return Frame(bodies: try tracker.process(image, at: 100 + time), truth: scene.truth(at: time))
        }
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    fileprivate func update(from bytes: [UInt8]) { _ = update(fromContentsOf: bytes) }
}

/// Both networks, loaded once for all scenes of a test.
struct PoseNetworks {
    let detector: PoseDetector
    let landmarker: PoseLandmarker

    init(in folder: String) throws {
        let files = try PoseModelFiles(in: folder)
        detector = try PoseDetector(files.detector)
        landmarker = try PoseLandmarker(files.landmarker)
    }

    func tracker() -> CameraTracker { CameraTracker(detector: detector, landmarker: landmarker) }
}
