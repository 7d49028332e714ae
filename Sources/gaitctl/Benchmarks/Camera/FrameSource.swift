import Foundation
import Gait
import Perception
import Simulation

/// JPEGs that are shown over and over, forwards and backwards, so that nobody leaps.
struct FrameSource {
    /// Rendered frames: two seconds.
    private static let count = 60
    /// Frames of a folder that are read, the first ones: they are held in memory.
    private static let most = 300

    private let frames: [[UInt8]]
    let width: Int
    let height: Int

    /// The JPEGs of a folder.
    ///
    /// - Throws: `CommandFailure` where there are none, or the first is none.
    init(folder: String) throws(CommandFailure) {
        var frames: [[UInt8]] = []
        for url in try FrameFiles([folder]).urls.prefix(Self.most) {
            frames.append(try FrameFiles.bytes(of: url))
        }
        self.frames = frames
        let first = frames[0]
        do throws(PerceptionError) {
            let header = try JPEGDecoder().header(of: first.span)
            (width, height) = (header.uprightWidth, header.uprightHeight)
        } catch { throw .failure("\(folder): \(error)") }
    }

    /// Mannequins who walk past at three and a half metres, the second one further away and ahead.
    init(people: Int, width: Int, height: Int) throws(CommandFailure) {
        (self.width, self.height) = (width, height)
        let walkers = (0..<people).map { index in
            var options = Walker.Options(radius: 1000, heading: .pi / 2)
            options.start = index == 0 ? SIMD3(-2, 0, -3.6) : SIMD3(-0.1, 0, -4.6)
            return MannequinScene.Person(
                walker: Walker(
                    emotion: index == 0 ? .happy : .sad, seed: UInt64(index + 3), options: options),
                appearance: MannequinAppearance(seed: UInt64(index + 3)))
        }
        var scene = MannequinScene(
            people: walkers,
            camera: PinholeCamera(position: SIMD3(0, 1.2, 0), pitch: -4, width: width, height: height),
            seed: 7)
        var image = CameraImage()
        var frames: [[UInt8]] = []
        for frame in 0..<Self.count {
            try Interruption.check()
            let pixels = scene.render(at: Double(frame) / 30)
            image.fill(width: width, height: height, scale: 1) { _ = $0.update(fromContentsOf: pixels) }
            do throws(PerceptionError) {
                frames.append(try JPEGEncoder(quality: 90).encode(image))
            } catch { throw .failure("\(error)") }
        }
        self.frames = frames
    }

    /// The frame that is shown as the `number`th.
    subscript(_ number: Int) -> [UInt8] {
        let period = max(2 * frames.count - 2, 1)
        let place = number % period
        return frames[place < frames.count ? place : period - place]
    }
}
