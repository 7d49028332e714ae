import Foundation
package import Gait

/// How training gaits are varied each time they are seen. A strength of 0 turns its part off.
///
/// If all gaits come from one source, size, proportions and tempo distinguish the classes, and only crop and mirror
/// help; these are the defaults. A model for unseen sources needs ``sources``.
package struct Augmentation: Sendable, Equatable, Codable {
    /// The probability of exchanging left and right.
    package var mirror: Float = 0.5
    /// The largest turn about the vertical, radians to either side. View normalization removes most of it.
    package var yaw: Float = 0
    /// The spread of walking speed: 0.1 for 0.9 to 1.1 times.
    package var speed: Float = 0
    /// The spread of body size.
    package var scale: Float = 0
    /// The probability of bones as long as another source's skeleton has them.
    package var rig: Float = 0
    /// The standard deviation of constant joint offsets, meters: sources place joints differently.
    package var offset: Float = 0
    /// The probability that a gait is seen through a simulated source: another frame rate, noise, lost frames and
    /// joints, each drawn up to the limits below.
    package var source: Float = 0
    /// The lowest frame rate of such a source, frames per second.
    package var lowestRate: Float = 8
    /// The largest standard deviation of its joint noise, meters.
    package var noise: Float = 0.025
    /// The largest share of its frames, and of its joints, that are lost.
    package var loss: Float = 0.15

    enum CodingKeys: String, CodingKey {
        case mirror, yaw, speed, scale, rig, offset, source, noise, loss
        case lowestRate = "lowest_rate"
    }

    package init() {}

    /// What a recipe may ask for.
    var ranges: [(key: String, value: Double, range: ClosedRange<Double>)] {
        let values: [(String, Float, ClosedRange<Double>)] = [
            ("mirror", mirror, 0...1), ("yaw", yaw, 0...4), ("speed", speed, 0...0.5),
            ("scale", scale, 0...0.5),
            ("rig", rig, 0...1), ("offset", offset, 0...0.2), ("source", source, 0...1),
            ("lowest_rate", lowestRate, 5...60), ("noise", noise, 0...0.5), ("loss", loss, 0...0.5),
        ]
        return values.map { ("options.augmentation.\($0)", Double($1), $2) }
    }

    /// For models that will see other sources: other bones, joint places, body sizes, tempi and noise.
    package static let sources: Augmentation = {
        var augmentation = Augmentation()
        (augmentation.yaw, augmentation.speed, augmentation.scale) = (.pi, 0.1, 0.1)
        (augmentation.rig, augmentation.offset, augmentation.source) = (0.7, 0.02, 0.7)
        return augmentation
    }()

    /// A window of the gait, cut at random and varied.
    ///
    /// - Parameters:
    ///   - window: its frames; fewer if the gait has fewer.
    ///   - buffer: the pose buffer for a source's frames.
    package func callAsFunction(
        _ gait: Gait, window: Int, through buffer: inout PoseBuffer, using generator: inout SeededGenerator
    ) -> Gait {
        let factor = speed > 0 ? generator.uniform(1 - speed...1 + speed) : 1
        let view = source > 0 && generator.uniform(0...1) < source ? sourceView(using: &generator) : nil
        // A source's last frame is up to an interval before the window's end: the window begins as much earlier.
        let margin = view.map { Int((Gait.frameRate / $0.rate).rounded(.up)) } ?? 0
        let needed = min(Int((Float(window + margin) * factor).rounded(.up)) + 1, gait.frames)
        let start = Int.random(in: 0...(gait.frames - needed), using: &generator)
        var varied = gait.slice(start: start, frames: needed)
        if factor != 1 { varied = varied.resampled(speed: factor) }
        varied = varied.slice(start: 0, frames: window + margin)
        if mirror > 0, generator.uniform(0...1) < mirror { varied.mirror() }
        if yaw > 0 { varied.rotate(yaw: generator.uniform(-yaw...yaw)) }
        if rig > 0 || offset > 0 {
            varied.apply(SkeletonAugmentation.random(bones: rig, offset: offset, using: &generator))
        }
        if scale > 0 { varied = varied.scaled(by: generator.uniform(1 - scale...1 + scale)) }
        guard let view else { return varied }
        return view(varied, frames: min(window, varied.frames), through: &buffer, using: &generator)
    }

    /// A source, its rate spread evenly over the octaves up to 60 frames a second.
    private func sourceView(using generator: inout SeededGenerator) -> SensorDegradation {
        var view = SensorDegradation()
        view.rate = lowestRate * pow(60 / lowestRate, generator.uniform(0...1))
        view.phase = generator.uniform(0...1)
        view.jitter = generator.uniform(0...0.1)
        view.lostFrames = generator.uniform(0...1) < 0.5 ? generator.uniform(0...loss) : 0
        view.lostJoints = generator.uniform(0...1) < 0.25 ? generator.uniform(0...loss / 3) : 0
        view.noise = generator.uniform(0...noise)
        return view
    }
}
