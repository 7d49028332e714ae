import Foundation
import Gait

/// Poses as the store has them: Float32, little endian, `[T, 16, 3]`.
enum PoseBlob {
    static func data(_ gait: Gait) -> Data {
        var data = Data(capacity: gait.coordinates.count * 4)
        for value in gait.coordinates {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }

    /// - Throws: ``StorageError/damagedGait(id:reason:)`` where the bytes are not the record's frames.
    static func gait(_ data: Data, of record: GaitRecord) throws(StorageError) -> Gait {
        let values = record.frames * Gait.valuesPerFrame
        guard data.count == values * 4 else {
            throw .damagedGait(id: record.id, reason: "\(data.count) bytes for \(record.frames) frames")
        }
        let coordinates = data.withUnsafeBytes { bytes in
            (0..<values).map { index in
                Float(
                    bitPattern: UInt32(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
            }
        }
        do { return try Gait(coordinates: coordinates) } catch {
            throw .damagedGait(id: record.id, reason: error.description)
        }
    }
}
