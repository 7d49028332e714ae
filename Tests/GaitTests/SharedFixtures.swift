import Foundation
import Gait

/// The files beside the project that tests compare with. Tests that need them are skipped where they are
/// absent.
enum SharedFixtures {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/fixtures")

    static let affectiveCases = folder.appending(path: "affective.cases.json")
    static let referencePose = folder.appending(path: "reference-pose.json")
    static let releasedWeights = folder.appending(path: "step-baseline-official.safetensors")

    /// Whether ../shared is there.
    static let areThere = FileManager.default.fileExists(atPath: affectiveCases.path)

    /// A gait with its features and its transform to the reference pose.
    struct AffectiveCase: Decodable {
        let gait: [[Float]]
        let affective: [Double]
        let scale: Double
        let rotation: [[Double]]
        let translation: [Double]
        let normalisedFirst: [[Double]]
        let normalisedLast: [[Double]]

        func recorded() throws -> Gait { try Gait(coordinates: gait.flatMap { $0 }) }
    }

    static func cases() throws -> [AffectiveCase] {
        struct File: Decodable { let cases: [AffectiveCase] }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(File.self, from: Data(contentsOf: affectiveCases)).cases
    }

    /// A Float32 tensor of a safetensors file.
    static func tensor(_ name: String, in file: URL) throws -> [Float] {
        let data = try Data(contentsOf: file)
        let headerLength = data.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        let object = try JSONSerialization.jsonObject(with: data[8..<8 + headerLength]) as? [String: Any]
        let entry = object?[name] as? [String: Any]
        guard let offsets = entry?["data_offsets"] as? [Int] else { throw CocoaError(.fileReadCorruptFile) }
        let bytes = [UInt8](data[8 + headerLength + offsets[0]..<8 + headerLength + offsets[1]])
        return bytes.withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: 4).map {
                raw.loadUnaligned(fromByteOffset: $0, as: Float.self)
            }
        }
    }
}
