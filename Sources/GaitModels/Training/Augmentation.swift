import Foundation
package import Gait

/// How training gaits are varied each time they are seen. Every strength of 0 leaves its part out.
///
/// Where all gaits come from one source, size, proportions and tempo tell the classes apart, and only the
/// crop and the mirror help: so these are the defaults. A model for sources that it has not seen needs
/// ``sources``.
package struct Augmentation: Sendable, Equatable, Codable {
    /// The probability of exchanging left and right.
    package var mirror: Float = 0.5
    /// The largest turn about the vertical, radians to either side. View normalisation removes most of it.
    package var yaw: Float = 0
    /// The spread of walking speed: 0.1 for 0.9 to 1.1 times.
    package var speed: Float = 0
    /// The spread of body size.
    package var scale: Float = 0
    /// The probability of bones as long as another source's skeleton has them.
    package var rig: Float = 0
    /// The standard deviation of constant joint offsets, metres: sources place joints differently.
    package var offset: Float = 0
    /// The largest standard deviation of joint noise, metres; each gait draws its own below it.
    package var noise: Float = 0
    /// The probability per joint and frame that a gap of up to 8 frames begins.
    package var gaps: Float = 0
    /// The probability that a gait is seen as by a source of 10 to 30 frames a second.
    package var sourceRate: Float = 0

    package init() {}

    /// For models that will see other sources: other bones, joint places, body sizes, tempi and noise.
    package static let sources: Augmentation = {
        var augmentation = Augmentation()
        (augmentation.yaw, augmentation.speed, augmentation.scale) = (.pi, 0.1, 0.1)
        (augmentation.rig, augmentation.offset, augmentation.noise) = (0.7, 0.02, 0.02)
        augmentation.sourceRate = 0.2
        return augmentation
    }()

    /// A window of the gait, cut at random and varied.
    ///
    /// - Parameter window: its frames; fewer where the gait has fewer.
    package func callAsFunction(_ gait: Gait, window: Int, using generator: inout SeededGenerator) -> Gait {
        let factor = speed > 0 ? generator.uniform(1 - speed...1 + speed) : 1
        let needed = min(Int((Float(window) * factor).rounded(.up)) + 1, gait.frames)
        let start = Int.random(in: 0...(gait.frames - needed), using: &generator)
        var varied = gait.slice(start: start, frames: needed)
        if factor != 1 { varied = varied.resampled(speed: factor) }
        varied = varied.slice(start: 0, frames: window)
        if mirror > 0, generator.uniform(0...1) < mirror { varied.mirror() }
        if yaw > 0 { varied.rotate(yaw: generator.uniform(-yaw...yaw)) }
        if rig > 0 || offset > 0 {
            varied.apply(RigVariation.random(bones: rig, offset: offset, using: &generator))
        }
        if scale > 0 { varied.scale(by: generator.uniform(1 - scale...1 + scale)) }
        if gaps > 0 { varied.dropJoints(probability: gaps, longestGap: 8, using: &generator) }
        if noise > 0 { varied.addNoise(standardDeviation: generator.uniform(0...noise), using: &generator) }
        if sourceRate > 0, generator.uniform(0...1) < sourceRate {
            varied = varied.atSourceRate(generator.uniform(10...30), phase: generator.uniform(0...1))
        }
        return varied
    }
}
