import Foundation
import Gait

/// A file of gaits with the affective features and the view normalization that another implementation computed for
/// them.
struct AffectiveCases: Decodable {
    /// One gait and its expected values.
    struct Case: Decodable {
        /// `[T][48]` meters.
        let gait: [[Float]]
        /// The 29 features in physical units.
        let affective: [Double]
        let scale: Double
        /// The rows of the rotation.
        let rotation: [[Double]]
        let translation: [Double]
        /// The first frame, normalized: `[16][3]`.
        let normalisedFirst: [[Double]]
        /// The last frame, normalized: `[16][3]`.
        let normalisedLast: [[Double]]
    }

    /// The gaits' frames per second; 30 where the file does not say.
    let fps: Float?
    let cases: [Case]

    /// Reads the file.
    init(contentsOf path: String) throws(CommandFailure) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .failure("\(path): the file does not exist or cannot be read")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            self = try decoder.decode(AffectiveCases.self, from: data)
        } catch {
            throw .failure("\(path): not a file of affective cases: \(error)")
        }
        guard !cases.isEmpty else { throw .failure("\(path): it has no cases") }
    }
}

/// The largest difference between values computed here and expected ones.
struct WorstError: Encodable, Equatable {
    /// The smallest divisor of a difference, so that zeros can be compared.
    static let floor = 1e-2

    /// |found - expected| / max(|expected|, 0.01).
    private(set) var relativeError = 0.0
    /// The index of the case.
    private(set) var caseIndex = 0
    /// The name of the value.
    private(set) var value = "none"
    private(set) var expected = 0.0
    private(set) var found = 0.0

    enum CodingKeys: String, CodingKey {
        case relativeError
        case caseIndex = "case"
        case value, expected, found
    }

    /// Keeps the difference if it is the largest so far; a value that is not a number is infinitely wrong.
    mutating func add(_ found: Double, expected: Double, value: @autoclosure () -> String, caseIndex: Int) {
        let difference = abs(found - expected) / max(abs(expected), WorstError.floor)
        let error = difference.isNaN ? .greatestFiniteMagnitude : difference
        guard error > relativeError else { return }
        relativeError = error
        self.caseIndex = caseIndex
        self.value = value()
        self.expected = expected
        self.found = found.isFinite ? found : .greatestFiniteMagnitude
    }
}

extension AffectiveCases {
    /// Computes every value of every case and finds the one with the largest deviation.
    func worstError() throws(CommandFailure) -> WorstError {
        var worst = WorstError()
        for (index, item) in cases.enumerated() {
            let gait: Gait
            do {
                gait = try Gait(coordinates: item.gait.flatMap(\.self))
            } catch {
                throw .failure("case \(index): \(error)")
            }
            for value in item.values(of: gait, frameRate: fps ?? Gait.frameRate) {
                let (found, expected) = (value.found, value.expected)
                guard found.count == expected.count else {
                    throw .failure(
                        "case \(index): \(expected.count) values of \(value.name(0)), expected \(found.count)"
                    )
                }
                for position in found.indices {
                    worst.add(
                        found[position], expected: expected[position], value: value.name(position),
                        caseIndex: index)
                }
            }
        }
        return worst
    }
}

extension AffectiveCases.Case {
    /// All values with their names by position.
    fileprivate func values(
        of gait: Gait, frameRate: Float
    ) -> [(name: (Int) -> String, found: [Double], expected: [Double])] {
        let features = AffectiveFeatures.compute(gait, origin: .world, frameRate: frameRate)
        let transform = ViewNormalization.referencePoseTransform(of: gait)
        let (rotation, translation) = (transform.rotation, transform.translation)
        let normalised = ViewNormalization.referencePose.apply(to: gait).coordinates.map(Double.init)
        return [
            ({ AffectiveFeatures.names[$0] }, features.map(Double.init), affective),
            ({ "scale[\($0)]" }, [transform.scale], [scale]),
            ({ "rotation[\($0)]" }, rotation.flatMap { [$0.x, $0.y, $0.z] }, self.rotation.flatMap(\.self)),
            (
                { "translation[\($0)]" }, [translation.x, translation.y, translation.z],
                self.translation
            ),
            (
                { "normalised_first[\($0)]" }, Array(normalised.prefix(Gait.valuesPerFrame)),
                normalisedFirst.flatMap(\.self)
            ),
            (
                { "normalised_last[\($0)]" }, normalised.suffix(Gait.valuesPerFrame),
                normalisedLast.flatMap(\.self)
            ),
        ]
    }
}
