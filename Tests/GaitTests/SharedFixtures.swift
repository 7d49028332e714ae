import Foundation
import Gait
import TestSupport

/// What the shared files hold, read without what is under test.
enum SharedFixtures {
    static let referencePose = URL(filePath: SharedData.fixture("reference-pose.json"))
    static let releasedWeights = URL(filePath: SharedData.fixture("step-baseline-official.safetensors"))

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
        let file = try Data(contentsOf: URL(filePath: SharedData.fixture("affective.cases.json")))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(File.self, from: file).cases
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
