import Foundation
import Gait

/// A gait as the vectors from each joint's parent to the joint, in the walker's own axes: x to the right, y up, z back.
struct BoneVectors {
    /// `[T][V]`; of the root, its way since the first frame over the ground, in the world.
    var frames: [InlineArray<16, SIMD3<Float>>]
    /// The turn of the own axes about the vertical in each frame, radians.
    var headings: [Float]
    /// The root's place in the first frame, and its height in each, meters.
    var start: SIMD3<Float>
    var heights: [Float]

    init(_ gait: Gait) {
        headings = Heading(gait).angles
        start = gait.position(frame: 0, joint: .root)
        frames = []
        heights = []
        frames.reserveCapacity(gait.frames)
        for frame in 0..<gait.frames {
            let (cosine, sine) = (cos(headings[frame]), sin(headings[frame]))
            var vectors = InlineArray<16, SIMD3<Float>>(repeating: .zero)
            for joint in Joint.allCases {
                let place = gait.position(frame: frame, joint: joint)
                guard let parent = joint.parent else {
                    vectors[joint.rawValue] = (place - start) * SIMD3(1, 0, 1)
                    heights.append(place.y)
                    continue
                }
                let vector = place - gait.position(frame: frame, joint: parent)
                vectors[joint.rawValue] = vector.turned(cosine, sine)
            }
            frames.append(vectors)
        }
    }

    /// The gait of the vectors.
    func gait() -> Gait {
        var gait = Gait(validated: Array(repeating: 0, count: frames.count * Gait.valuesPerFrame))
        for frame in frames.indices {
            let (cosine, sine) = (cos(headings[frame]), -sin(headings[frame]))
            for joint in Joint.allCases {
                let vector = frames[frame][joint.rawValue]
                guard let parent = joint.parent else {
                    let place = SIMD3(start.x + vector.x, heights[frame], start.z + vector.z)
                    gait.set(place, frame: frame, joint: joint)
                    continue
                }
                let place = gait.position(frame: frame, joint: parent) + vector.turned(cosine, sine)
                gait.set(place, frame: frame, joint: joint)
            }
        }
        return gait
    }

    /// The mean vector of each joint over the frames.
    func means() -> InlineArray<16, SIMD3<Float>> {
        var means = InlineArray<16, SIMD3<Float>>(repeating: .zero)
        for index in 0..<Joint.count {
            means[index] = frames.reduce(.zero) { $0 + $1[index] } / Float(max(frames.count, 1))
        }
        return means
    }

    /// The mean length of the vectors to a joint, meters.
    func length(_ joint: Joint) -> Float {
        frames.reduce(0) { $0 + $1[joint.rawValue].length } / Float(max(frames.count, 1))
    }
}

extension SIMD3<Float> {
    /// Turned about the axis to the right: what hangs swings forward, what stands leans back.
    func pitched(_ radians: Float) -> SIMD3<Float> {
        let (cosine, sine) = (cos(radians), sin(radians))
        return SIMD3(x, y * cosine - z * sine, y * sine + z * cosine)
    }

    /// Turned about the axis to the back: what hangs swings to the right, what stands leans to the left.
    func rolled(_ radians: Float) -> SIMD3<Float> {
        let (cosine, sine) = (cos(radians), sin(radians))
        return SIMD3(x * cosine - y * sine, x * sine + y * cosine, z)
    }
}
