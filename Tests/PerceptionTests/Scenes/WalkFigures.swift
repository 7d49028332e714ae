import Foundation
import Gait
import GaitModels
import Simulation
import TestSupport

@testable import Perception

/// How well one person's lifted walk is that of the truth.
struct WalkFigures {
    /// The share of the frames in which the person was found.
    let found: Double
    /// How many numbers the person was given.
    let numbers: Int
    /// The mean distance of the joints from the truth, meters, after one similarity for all frames.
    let error: Double
    /// The longest run of frames in which left and right are nearer to the truth when exchanged, and all of them.
    let longestSwap: Int
    let swaps: Int
    /// Strides per second.
    let strideFrequency: Double

    /// Nil where the person was found in too few frames to be compared.
    init?(_ scene: FilmedScene) throws {
        var (numbers, sightings) = (Set<Int>(), 0)
        var buffer = PoseBuffer()
        for (index, frame) in scene.frames.enumerated() {
            guard let body = frame.body(of: 0) else { continue }
            numbers.insert(body.number)
            sightings += 1
            _ = buffer.append(body.pose.pose, at: Double(index) / FilmedScene.rate)
        }
        let lifter = try Lifter(contentsOf: URL(filePath: PackageFolder.lifter))
        guard let window = buffer.imageWindow(), let gait = lifter.lift([window]).first?.gait else {
            return nil
        }
        let first = Int((window.end * FilmedScene.rate).rounded()) - gait.frames + 1
        var samples = (max(-first, 0)..<gait.frames).map { frame in
            Sample(
                time: Double(frame) / FilmedScene.rate, gait, frame: frame,
                truth: scene.frames[first + frame].truth[0].camera)
        }
        guard
            let alignment = SimilarityTransform(
                fitting: samples.flatMap(\.estimate), to: samples.flatMap(\.reference))
        else { return nil }
        for index in samples.indices { samples[index].align(by: alignment) }
        found = Double(sightings) / Double(scene.frames.count)
        self.numbers = numbers.count
        error = samples.reduce(0) { $0 + $1.error } / Double(samples.count)
        let swapped = samples.map(\.isSwapped)
        swaps = swapped.count { $0 }
        longestSwap =
            swapped.reduce(into: (run: 0, longest: 0)) { state, isSwapped in
                state.run = isSwapped ? state.run + 1 : 0
                state.longest = max(state.longest, state.run)
            }.longest
        strideFrequency = Self.frequency(samples)
    }

    /// One frame's joints of estimate and truth, from the root, y up.
    private struct Sample {
        let time: Double
        var estimate: [SIMD3<Double>]
        let reference: [SIMD3<Double>]
        private let joints = Joint.allCases

        init(time: Double, _ gait: Gait, frame: Int, truth: [[Float]]) {
            self.time = time
            estimate = joints.map { SIMD3<Double>(gait.position(frame: frame, joint: $0)) }
            let root = truth[Joint.root.rawValue]
            reference = joints.map { joint in
                let point = truth[joint.rawValue]
                return SIMD3(
                    Double(point[0] - root[0]), Double(root[1] - point[1]), Double(root[2] - point[2]))
            }
        }

        mutating func align(by transform: SimilarityTransform) { estimate = estimate.map { transform($0) } }

        /// The mean distance, meters.
        var error: Double { distance { $0 } }

        /// Whether the legs are nearer to the truth with left and right exchanged.
        var isSwapped: Bool { legs { $0 } > legs { $0.mirrored } }

        private func distance(_ partner: (Joint) -> Joint) -> Double {
            joints.reduce(0) { $0 + distance($1, partner($1)) } / Double(joints.count)
        }

        private func legs(_ partner: (Joint) -> Joint) -> Double {
            [Joint.leftKnee, .rightKnee, .leftFoot, .rightFoot].reduce(0) { $0 + distance($1, partner($1)) }
        }

        private func distance(_ joint: Joint, _ other: Joint) -> Double {
            guard let one = joints.firstIndex(of: joint), let two = joints.firstIndex(of: other) else {
                return 0
            }
            let offset = estimate[one] - reference[two]
            return (offset * offset).sum().squareRoot()
        }

        /// From the right foot to the left.
        var feet: SIMD3<Double>? {
            guard let left = joints.firstIndex(of: .leftFoot), let right = joints.firstIndex(of: .rightFoot)
            else { return nil }
            return estimate[left] - estimate[right]
        }
    }

    /// The frequency of the wave that is best fitted to how the feet part.
    private static func frequency(_ samples: [Sample]) -> Double {
        let feet = samples.compactMap { sample in sample.feet.map { (sample.time, $0) } }
        guard
            let best = stride(from: 0.4, through: 1.6, by: 0.002).max(by: {
                power($0, feet) < power($1, feet)
            })
        else { return 0 }
        return best
    }

    /// The squares that a wave explains, by least squares with a mean, summed over the directions.
    private static func power(_ frequency: Double, _ feet: [(time: Double, place: SIMD3<Double>)]) -> Double {
        let count = Double(feet.count)
        let angles = feet.map { 2 * Double.pi * frequency * $0.time }
        let (cosines, sines) = (angles.map(cos), angles.map(sin))
        let (meanCosine, meanSine) = (cosines.reduce(0, +) / count, sines.reduce(0, +) / count)
        var (cc, cs, ss) = (0.0, 0.0, 0.0)
        var (c, s) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
        for (index, (_, place)) in feet.enumerated() {
            let (cosine, sine) = (cosines[index] - meanCosine, sines[index] - meanSine)
            cc += cosine * cosine
            cs += cosine * sine
            ss += sine * sine
            c += cosine * place
            s += sine * place
        }
        let determinant = max(cc * ss - cs * cs, 1e-9)
        let (a, b) = ((ss * c - cs * s) / determinant, (cc * s - cs * c) / determinant)
        return (a * c + b * s).sum()
    }
}
