import Gait
import NeuralNetwork

/// Adds up the saliency of joints over networks, views and repetitions of a short gait.
struct SaliencySum {
    /// Sums `[T][V]`, row major.
    private var sums: [Float]
    private let frames: Int

    /// - Parameter frames: recorded ones; later frames of a gradient repeat them.
    init(frames: Int) {
        self.frames = frames
        sums = Array(repeating: 0, count: frames * Joint.count)
    }

    /// Adds the norm over channels of a gradient `[C, N, V, T]`, whose second sample is the mirror image.
    ///
    /// - Parameter deviations: what each coordinate's gradient is multiplied by, index `v * C + c`.
    mutating func add(_ gradient: Tensor, deviations: [Float]) {
        let shape = gradient.shape
        gradient.withValues { values in
            for view in 0..<shape.batch {
                for joint in Joint.allCases {
                    let own = view == 0 ? joint : joint.mirrored
                    for frame in 0..<shape.frames {
                        var squares: Float = 0
                        for channel in 0..<shape.channels {
                            let row = (channel * shape.batch + view) * shape.joints + joint.rawValue
                            let value =
                                values[row * shape.frames + frame]
                                * deviations[joint.rawValue * shape.channels + channel]
                            squares += value * value
                        }
                        let weight = 1 / Float(repetitions(of: frame % frames, in: shape.frames))
                        sums[frame % frames * Joint.count + own.rawValue] += weight * squares.squareRoot()
                    }
                }
            }
        }
    }

    /// How often a recorded frame occurs in a window.
    private func repetitions(of frame: Int, in window: Int) -> Int {
        (window - frame + frames - 1) / frames
    }

    /// The sums `[T][V]`, divided by the largest.
    func normalised() -> [[Float]] {
        let largest = sums.max() ?? 0
        let divisor = largest > 0 && largest.isFinite ? largest : .infinity
        return (0..<frames).map { frame in
            (0..<Joint.count).map { sums[frame * Joint.count + $0] / divisor }
        }
    }
}
