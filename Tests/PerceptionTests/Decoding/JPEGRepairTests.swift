import Foundation
import TestSupport
import Testing

@testable import Perception

@Suite("A JPEG with a little damage")
struct JPEGRepairTests {
    private let decoder = JPEGDecoder()

    /// The levels of the blocks by row, and whether the frame is repaired.
    private func decode(_ jpeg: BlockJPEG) throws -> (rows: [[Int]], isRepaired: Bool) {
        var image = CameraImage()
        let isRepaired = try decoder.decode(jpeg.bytes, into: &image)
        let rows = (0..<BlockJPEG.rows).map { row in
            (0..<BlockJPEG.columns).map { Int(image.pixel(8 * $0 + 4, 8 * row + 4)[0]) }
        }
        return (rows, isRepaired)
    }

    private func fault(_ jpeg: BlockJPEG) -> FrameFault? {
        do throws(PerceptionError) {
            var image = CameraImage()
            try decoder.decode(jpeg.bytes, into: &image)
            return nil
        } catch {
            guard case .frame(let fault, _, _) = error else { return nil }
            return fault
        }
    }

    private static let expected = (0..<BlockJPEG.rows).map { row in
        (0..<BlockJPEG.columns).map { BlockJPEG.level($0, row) }
    }
    private static let gray = [Int](repeating: 128, count: BlockJPEG.columns)

    @Test("is not found in one without damage", arguments: [true, false])
    func intact(restarts: Bool) throws {
        let (rows, isRepaired) = try decode(BlockJPEG(restarts: restarts))
        #expect(rows == Self.expected && !isRepaired)
    }

    @Test("has the same pixels with stray bytes before its markers", arguments: [1, 2, 16])
    func strayBytes(count: Int) throws {
        let stray = [UInt8](repeating: 0x5A, count: count)
        var jpeg = BlockJPEG()
        for row in jpeg.intervals.indices where row % 3 == 1 {
            jpeg.intervals[row].marker.insert(contentsOf: stray, at: 0)
        }
        let (rows, isRepaired) = try decode(jpeg)
        #expect(rows == Self.expected && isRepaired)
        var plain = BlockJPEG(restarts: false)
        plain.end.insert(contentsOf: stray, at: 0)
        let (plainRows, plainRepaired) = try decode(plain)
        // libjpeg has read a few bytes ahead and does not miss them.
        #expect(plainRows == Self.expected && (plainRepaired || count < 8))
    }

    @Test("has the same pixels with any number of stray bytes between its headers")
    func strayHeaderBytes() throws {
        var jpeg = BlockJPEG()
        jpeg.header.insert(contentsOf: [UInt8](repeating: 0, count: 500), at: 2)
        let (rows, isRepaired) = try decode(jpeg)
        #expect(rows == Self.expected && isRepaired)
    }

    @Test("has the same pixels without its end marker, or half of it", arguments: [0, 1], [true, false])
    func endMarker(kept: Int, restarts: Bool) throws {
        var jpeg = BlockJPEG(restarts: restarts)
        jpeg.end = Array(jpeg.end.prefix(kept))
        let (rows, isRepaired) = try decode(jpeg)
        #expect(rows == Self.expected && isRepaired)
    }

    @Test("is gray where a restart interval is lost, and nowhere else", arguments: [1, 7, 8, 20, 39])
    func lostInterval(lost: Int) throws {
        var expected = Self.expected
        expected[lost] = Self.gray
        var jpeg = BlockJPEG()
        jpeg.intervals.remove(at: lost)
        let (rows, isRepaired) = try decode(jpeg)
        #expect(rows == expected && isRepaired)
        jpeg = BlockJPEG()
        jpeg.intervals[lost].data = []
        let (emptied, emptiedRepaired) = try decode(jpeg)
        #expect(emptied == expected && emptiedRepaired)
        // A marker that is lost takes its interval along.
        jpeg = BlockJPEG()
        jpeg.intervals[lost].marker = [0, 0]
        let (unmarked, unmarkedRepaired) = try decode(jpeg)
        #expect(unmarked == expected && unmarkedRepaired)
    }

    @Test("is right outside a restart interval with impossible codes")
    func badCodes() throws {
        var jpeg = BlockJPEG()
        jpeg.intervals[12].data = [UInt8](repeating: 0xEE, count: jpeg.intervals[12].data.count)
        let (rows, isRepaired) = try decode(jpeg)
        #expect(isRepaired && rows[..<12] == Self.expected[..<12] && rows[13...] == Self.expected[13...])
    }

    @Test("is used with 95 % intact, and refused with less")
    func share() throws {
        // A row is 2.5 %.
        var jpeg = BlockJPEG()
        for row in [30, 20] { jpeg.intervals.remove(at: row) }
        var expected = Self.expected
        for row in [30, 20] { expected[row] = Self.gray }
        let (rows, isRepaired) = try decode(jpeg)
        #expect(rows == expected && isRepaired)
        jpeg.intervals.remove(at: 10)
        #expect(fault(jpeg) == .corrupt)
        jpeg = BlockJPEG()
        for row in [30, 20, 10] { jpeg.intervals[row].data = [] }
        #expect(fault(jpeg) == .corrupt)
    }

    @Test("is refused if half of it is missing, with and without restart markers", arguments: [true, false])
    func half(restarts: Bool) {
        let whole = BlockJPEG(restarts: restarts)
        var jpeg = whole
        jpeg.end = []
        if restarts {
            jpeg.intervals.removeLast(20)
        } else {
            jpeg.intervals[0].data.removeLast(jpeg.intervals[0].data.count / 2)
        }
        #expect(fault(jpeg) == .truncated)
        // With the end marker something was lost in between.
        jpeg.end = whole.end
        #expect(fault(jpeg) == .corrupt)
    }

    @Test("is refused without restart markers if anything of it is lost, or much is left over")
    func withoutRestarts() {
        var jpeg = BlockJPEG(restarts: false)
        jpeg.intervals[0].data.removeLast(3)
        #expect(fault(jpeg) == .corrupt)
        jpeg = BlockJPEG(restarts: false)
        jpeg.intervals[0].data += [UInt8](repeating: 0x5A, count: 40)
        #expect(fault(jpeg) == .corrupt)
    }

    @Test(
        "the webcam's frame with stray bytes decodes to the same pixels as the good one",
        .sharedCases)
    func webcam() throws {
        func image(_ name: String) throws -> (CameraImage, Bool) {
            let jpeg = try Data(
                contentsOf: URL(filePath: SharedData.testCase("jpeg-extraneous-bytes/\(name)")))
            var image = CameraImage()
            let isRepaired = try decoder.decode([UInt8](jpeg), into: &image)
            return (image, isRepaired)
        }
        let (good, isGoodRepaired) = try image("good.jpg")
        let (extraneous, isRepaired) = try image("extraneous.jpg")
        #expect(good.pixels == extraneous.pixels && !isGoodRepaired && isRepaired)
    }
}
