import Testing

@testable import NeuralNetwork

struct TensorTests {
    private static let shape = Shape(channels: 2, batch: 3, joints: 2, frames: 4)

    private func counted(_ shape: Shape) -> Tensor {
        let tensor = Tensor(shape)
        tensor.copy(from: (0..<shape.count).map(Float.init))
        return tensor
    }

    @Test("a shape counts its values")
    func shape() {
        #expect(Self.shape.columns == 24 && Self.shape.count == 48)
        #expect(Self.shape.with(channels: 5).count == 120)
        #expect(Self.shape.with(frames: 1).columns == 6)
    }

    @Test("a new tensor is zero, and indices run with frames innermost")
    func indices() {
        let tensor = Tensor(Self.shape)
        #expect(tensor.values == Array(repeating: 0, count: 48))
        tensor[1, 2, 0, 3] = 7
        #expect(tensor.values.firstIndex(of: 7) == ((1 * 3 + 2) * 2 + 0) * 4 + 3)
        #expect(tensor[1, 2, 0, 3] == 7)
    }

    @Test("a tensor keeps its storage when it shrinks")
    func storage() {
        let tensor = counted(Self.shape)
        let base = tensor.base
        tensor.reshape(to: Shape(channels: 1, batch: 1))
        tensor.reshape(to: Self.shape)
        #expect(tensor.base == base)
        tensor.reshape(to: Self.shape.with(channels: 100))
        #expect(tensor.values.count == 2400)
    }

    @Test("gaits are exchanged as [N, C, T, V]")
    func batchMajor() {
        let tensor = Tensor(Self.shape)
        tensor.copy(fromBatchMajor: (0..<48).map(Float.init))
        // Sample 2, channel 1, frame 3, joint 0.
        #expect(tensor[1, 2, 0, 3] == Float(((2 * 2 + 1) * 4 + 3) * 2))
        #expect(tensor.batchMajorValues == (0..<48).map(Float.init))
    }

    @Test("channels are concatenated and taken apart")
    func concatenation() {
        let (first, second) = (counted(Self.shape), counted(Self.shape.with(channels: 1)))
        let (joined, leading) = (Tensor(), Tensor())
        joined.concatenate(first, second)
        #expect(joined.shape == Self.shape.with(channels: 3))
        #expect(joined.values == first.values + second.values)
        leading.copyLeadingChannels(of: joined, count: 2)
        #expect(leading.shape == Self.shape && leading.values == first.values)
        leading.add(first)
        #expect(leading.values == first.values.map { $0 * 2 })
    }

    @Test("the input's map is per joint and coordinate, with index v * C + c")
    func affine() {
        let tensor = counted(Self.shape)
        let output = Tensor(Self.shape)
        tensor.affine(scale: [1, 2, 3, 4], shift: [10, 20, 30, 40], channelsPerJoint: 2, into: output)
        for (n, v, t) in Self.shape.positions {
            for c in 0..<2 {
                let index = Float(v * 2 + c + 1)
                #expect(output[c, n, v, t] == tensor[c, n, v, t] * index + index * 10)
            }
        }
    }

    @Test("values are written in place")
    func writing() {
        let tensor = counted(Shape(channels: 1, batch: 3))
        tensor.withValues { $0[1] = 9 }
        #expect(tensor.values == [0, 9, 2])
    }
}
