import Datasets
import Gait
import Testing

@testable import gaitctl

/// Bytes in memory that parts are written to and read from.
private struct Bytes {
    struct End: Error {}

    var bytes: [UInt8] = []

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    mutating func write(_ part: TransferPart) {
        var written: [UInt8] = []
        part.write { written += $0 }
        bytes += written
    }

    mutating func read() throws -> TransferPart? {
        var rest = bytes
        defer { bytes = rest }
        return try TransferPart.read { buffer in
            guard rest.count >= buffer.count else { throw End() }
            buffer.copyBytes(from: rest.prefix(buffer.count))
            rest.removeFirst(buffer.count)
        }
    }
}

@Suite("Pieces of a data set between processes")
struct TransferPartTests {
    @Test("every kind is read as it was written")
    func roundTrip() throws {
        let parts: [TransferPart] = [
            .opening("a/features.h5"), .failure("ä"), .header([1, 2, 3]), .header([]),
            .coordinates([0, -1.5, .infinity]), .end,
        ]
        var bytes = Bytes()
        for part in parts { bytes.write(part) }
        for part in parts { #expect(try bytes.read() == part) }
        #expect(throws: Bytes.End.self) { try bytes.read() }
    }

    @Test("another kind, too many bytes, and parts of a number are no piece")
    func nonsense() throws {
        func bytes(_ kind: UInt8, length: UInt64) -> Bytes {
            Bytes([kind] + withUnsafeBytes(of: length) { Array($0) } + [UInt8](repeating: 0, count: 16))
        }
        var good = bytes(TransferPart.Kind.coordinates.rawValue, length: 8)
        #expect(try good.read() == .coordinates([0, 0]))
        for var wrong in [
            bytes(0, length: 0), bytes(TransferPart.Kind.coordinates.rawValue, length: 7),
            bytes(TransferPart.Kind.coordinates.rawValue, length: 1 << 40),
            bytes(TransferPart.Kind.header.rawValue, length: .max),
            bytes(TransferPart.Kind.end.rawValue, length: 1),
        ] {
            #expect(try wrong.read() == nil)
        }
    }

    @Test("coordinates that do not belong to a header make no data set")
    func mismatch() throws {
        let frame = [Float](repeating: 0.5, count: Gait.valuesPerFrame)
        let set = GaitDataset(
            labelNames: ["sad"],
            gaits: [LabelledGait(key: "a", gait: try Gait(coordinates: frame), label: 0, actor: "x")])
        #expect(GaitDataset(header: set.header, coordinates: set.coordinates) == set)
        #expect(GaitDataset(header: set.header, coordinates: []) == nil)
        #expect(GaitDataset(header: set.header, coordinates: [frame, frame]) == nil)
        #expect(GaitDataset(header: set.header, coordinates: [[1, 2]]) == nil)
        let stranger = GaitDataset.Header(labelNames: [], gaits: set.header.gaits)
        #expect(GaitDataset(header: stranger, coordinates: set.coordinates) == nil)
    }
}
