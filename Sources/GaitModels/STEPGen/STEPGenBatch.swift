import Gait
import NeuralNetwork

/// Windows of labeled gaits as STEP-Gen takes them.
final class STEPGenBatch {
    /// Coordinates, classes one-hot and phases `[C, N, V, T]`: the encoder's input.
    let input = Tensor()
    /// The values of the motion `[3, N, V, T]`: the reconstruction target.
    let values = Tensor()
    /// Latents, filled in later, and classes one-hot `[latent + L, N]`: the decoder's input.
    let code = Tensor()
    private(set) var labels: [Int] = []
    private(set) var rhythms: [StrideRhythm] = []
    /// `[N][4][T]`.
    private(set) var phases: [[[Float]]] = []
    private let configuration: STEPGenConfiguration

    init(_ configuration: STEPGenConfiguration) { self.configuration = configuration }

    /// Allocates room for gaits of these classes, and fills in everything except coordinates and latents.
    ///
    /// - Parameter rhythms: of each gait, with the number of frames after which it repeats.
    private func begin(_ labels: [Int], _ rhythms: [(rhythm: StrideRhythm, period: Int)]) {
        self.labels = labels
        self.rhythms = rhythms.map(\.rhythm)
        let (batch, frames) = (labels.count, configuration.window)
        phases =
            configuration.phased
            ? rhythms.map { $0.rhythm.channels(frames: frames, period: $0.period) } : []
        code.reshape(
            to: Shape(channels: configuration.latent + configuration.labels.count, batch: batch))
        code.withValues { code in
            code.update(repeating: 0)
            for (sample, label) in labels.enumerated() {
                code[(configuration.latent + label) * batch + sample] = 1
            }
        }
    }

    /// Encodes gaits: longer ones than a window are cut, shorter ones looped.
    func encode(_ gaits: [Gait], labels: [Int]) {
        let window = configuration.window
        let cut = gaits.map { $0.frames > window ? $0.slice(start: 0, frames: window) : $0 }
        begin(
            labels,
            cut.map { gait in
                let rhythm =
                    configuration.phased ? StrideRhythm(fitting: gait) : StrideRhythm(frequency: 1, phase: 0)
                return (rhythm, gait.frames)
            })
        values.reshape(
            to: Shape(channels: 3, batch: gaits.count, joints: Joint.count, frames: window))
        for (index, gait) in cut.enumerated() {
            fill(configuration.motion.encode(gait), frames: gait.frames, at: index)
        }
        fillInput()
    }

    /// Copies encoded values `[N, C, T, V]`, as in fixtures.
    func take(_ encoded: [Float], labels: [Int]) {
        prepare(labels: labels)
        values.reshape(
            to: Shape(
                channels: 3, batch: labels.count, joints: Joint.count, frames: configuration.window))
        values.copy(fromBatchMajor: encoded)
        fillInput()
    }

    /// Room for generated gaits, without an input.
    func prepare(labels: [Int]) {
        begin(labels, labels.map { _ in (StrideRhythm(frequency: 1, phase: 0), .max) })
    }

    /// Sets the rhythms of the gaits to generate.
    func setRhythms(_ rhythms: [StrideRhythm]) {
        self.rhythms = rhythms
        phases = configuration.phased ? rhythms.map { $0.channels(frames: configuration.window) } : []
    }

    /// Sets the latents `[latent, N]`.
    func setLatents(_ value: (_ index: Int, _ sample: Int) -> Float) {
        let batch = labels.count
        code.withValues { code in
            for index in 0..<configuration.latent {
                for sample in 0..<batch { code[index * batch + sample] = value(index, sample) }
            }
        }
    }

    private func fill(_ motion: [Float], frames: Int, at index: Int) {
        let shape = values.shape
        values.withValues { values in
            for channel in 0..<3 {
                for joint in 0..<shape.joints {
                    let row = ((channel * shape.batch + index) * shape.joints + joint) * shape.frames
                    for frame in 0..<shape.frames {
                        values[row + frame] =
                            motion[frame % frames * Gait.valuesPerFrame + joint * 3 + channel]
                    }
                }
            }
        }
    }

    private func fillInput() {
        let shape = values.shape.with(channels: configuration.inputChannels)
        input.reshape(to: shape)
        let plane = shape.joints * shape.frames
        input.withValues { input in
            values.withValues { values in
                for index in values.indices { input[index] = values[index] }
            }
            for label in configuration.labels.indices {
                for (sample, own) in labels.enumerated() {
                    let start = ((3 + label) * shape.batch + sample) * plane
                    input[start..<start + plane].update(repeating: label == own ? 1 : 0)
                }
            }
        }
        if configuration.phased { input.fillPhases(phases, from: 3 + configuration.labels.count) }
    }
}
