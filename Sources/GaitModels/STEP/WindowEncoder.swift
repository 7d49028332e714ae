package import Gait
package import NeuralNetwork

/// Turns gaits into the input of a STEP network: the view-normalized window `[C, N, V, T]` and the scaled affective
/// features `[features, N]`.
package final class WindowEncoder {
    /// `[C, N, V, T]`.
    package let input = Tensor()
    /// `[features, N]`; no channels if the network uses none.
    package let affective = Tensor()
    private let configuration: STEPConfiguration
    private let scaling: AffectiveScaling?

    package init(_ configuration: STEPConfiguration, scaling: AffectiveScaling?) {
        self.configuration = configuration
        self.scaling = configuration.head.affective ? scaling : nil
    }

    /// How many affective features are encoded.
    package var featureCount: Int { scaling?.features.count ?? 0 }

    /// Allocates room for a batch.
    package func begin(batch: Int) {
        input.reshape(
            to: Shape(
                channels: configuration.input.channels, batch: batch, joints: Joint.count,
                frames: configuration.window))
        affective.reshape(to: Shape(channels: featureCount, batch: batch))
    }

    /// Encodes a gait of any length as sample `index` of the batch. Features come from its recorded frames,
    /// the window from the gait looped or cut to T frames.
    package func encode(_ gait: Gait, at index: Int) {
        let gait = configuration.prepare(gait)
        if let scaling {
            let features = scaling(prepared: gait)
            let batch = affective.shape.batch
            affective.withValues { values in
                for (row, feature) in features.enumerated() { values[row * batch + index] = feature }
            }
        }
        let smooth = configuration.smoothing > 0 ? gait.smoothed(passes: configuration.smoothing) : gait
        let window = configuration.normalisation.apply(to: smooth).looped(to: configuration.window)
        fill(window.coordinates, at: index)
    }

    private func fill(_ coordinates: [Float], at index: Int) {
        let shape = input.shape
        let withVelocities = configuration.input == .positionsAndVelocities
        input.withValues { values in
            for channel in 0..<3 {
                for joint in 0..<shape.joints {
                    let row = ((channel * shape.batch + index) * shape.joints + joint) * shape.frames
                    let source = joint * 3 + channel
                    for frame in 0..<shape.frames {
                        values[row + frame] = coordinates[frame * Gait.valuesPerFrame + source]
                    }
                    guard withVelocities else { continue }
                    let velocity = row + 3 * shape.columns
                    for frame in 1..<shape.frames {
                        values[velocity + frame] =
                            (values[row + frame] - values[row + frame - 1]) * Gait.frameRate
                    }
                    values[velocity] = values[velocity + 1]
                }
            }
        }
    }
}
