import Foundation
import Gait
import Testing

@testable import Perception

@Suite("Sampling a region")
struct RegionSamplingTests {
    /// The same with a loop over all that is said, in double precision.
    private static func slow(
        _ image: CameraImage, _ region: PoseRegion, size: Int, black: Double, white: Double
    ) -> [Double] {
        func byte(_ column: Int, _ row: Int, _ channel: Int) -> Double {
            guard 0..<image.width ~= column, 0..<image.height ~= row else { return 0 }
            return Double(image.pixels[3 * (row * image.width + column) + channel])
        }
        let (cosine, sine) = (cos(Double(region.rotation)), sin(Double(region.rotation)))
        var values: [Double] = []
        for row in 0..<size {
            for column in 0..<size {
                let u = ((Double(column) + 0.5) / Double(size) - 0.5) * Double(region.side)
                let v = ((Double(row) + 0.5) / Double(size) - 0.5) * Double(region.side)
                let x = Double(region.center.x) + cosine * u - sine * v - 0.5
                let y = Double(region.center.y) + sine * u + cosine * v - 0.5
                let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
                let (right, bottom) = (x - Double(left), y - Double(top))
                for channel in 0..<3 {
                    let above = byte(left, top, channel) * (1 - right) + byte(left + 1, top, channel) * right
                    let below =
                        byte(left, top + 1, channel) * (1 - right) + byte(left + 1, top + 1, channel) * right
                    values.append(black + (white - black) / 255 * (above * (1 - bottom) + below * bottom))
                }
            }
        }
        return values
    }

    private static func image(_ width: Int, _ height: Int, _ generator: inout SeededGenerator) -> CameraImage
    {
        var image = CameraImage()
        image.fill(width: width, height: height, scale: 1) { pixels in
            for index in pixels.indices { pixels[index] = UInt8.random(in: 0...255, using: &generator) }
        }
        return image
    }

    @Test("is the same as the slow loop, inside, across and outside the image, at any turn")
    func twin() throws {
        var generator = SeededGenerator(seed: 1)
        let size = 16
        let memory = FloatMemory(count: 3 * size * size)
        for _ in 0..<200 {
            let width = Int.random(in: 1...40, using: &generator)
            let height = Int.random(in: 1...40, using: &generator)
            let image = Self.image(width, height, &generator)
            let region = PoseRegion(
                center: [generator.uniform(-20...60), generator.uniform(-20...60)],
                side: generator.uniform(1...80), rotation: generator.uniform(-7...7))
            try RegionSampling(size: size, black: -1, white: 1)
                .fill(memory.values, from: image, region: region)
            let expected = Self.slow(image, region, size: size, black: -1, white: 1)
            // Weights are in steps of 1/4096, and noise makes the worst of it.
            let difference = zip(memory.values, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
            #expect(difference < 0.004)
        }
    }

    @Test("of the whole image as it is copies its pixels")
    func identity() throws {
        var generator = SeededGenerator(seed: 2)
        let image = Self.image(16, 16, &generator)
        let memory = FloatMemory(count: 3 * 16 * 16)
        try RegionSampling(size: 16, black: 0, white: 255)
            .fill(memory.values, from: image, region: PoseRegion(center: [8, 8], side: 16))
        #expect(zip(memory.values, image.pixels).allSatisfy { abs($0 - Float($1)) < 0.01 })
    }

    @Test("gives black of an image without pixels, and far away")
    func black() throws {
        var generator = SeededGenerator(seed: 3)
        let memory = FloatMemory(count: 3 * 16)
        for (image, center) in [
            (CameraImage(), SIMD2<Float>(0, 0)), (Self.image(4, 4, &generator), SIMD2(9e5, -9e5)),
        ] {
            memory.values.update(repeating: 7)
            try RegionSampling(size: 4, black: -1, white: 1)
                .fill(memory.values, from: image, region: PoseRegion(center: center, side: 9e5))
            #expect(memory.values.allSatisfy { $0 == -1 })
        }
    }

    @Test(
        "refuses a region that is none",
        arguments: [
            PoseRegion(center: [0, 0], side: 0), PoseRegion(center: [.nan, 0], side: 1),
            PoseRegion(center: [0, 2e9], side: 1), PoseRegion(center: [0, 0], side: .infinity),
            PoseRegion(center: [0, 0], side: 1, rotation: .nan),
        ])
    func unusable(region: PoseRegion) {
        let memory = FloatMemory(count: 3 * 16)
        #expect {
            try RegionSampling(size: 4, black: 0, white: 1)
                .fill(memory.values, from: CameraImage(), region: region)
        } throws: { if case .region? = $0 as? PerceptionError { true } else { false } }
    }
}
