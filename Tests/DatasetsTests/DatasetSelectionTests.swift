import Gait
import Testing

@testable import Datasets

@Suite("Selection from a data set")
struct DatasetSelectionTests {
    private let whole: GaitDataset

    init() throws {
        let gait = try Gait(coordinates: [Float](repeating: 0.5, count: Gait.valuesPerFrame))
        whole = GaitDataset(
            labelNames: ["sad", "happy", "old"],
            gaits: (0..<6).map { number in
                LabelledGait(
                    key: "\(number)", gait: gait, label: number % 3, sourceFile: "walk\(number / 2)",
                    attributes: number < 4 ? ["style": number < 2 ? "a" : "b"] : [:])
            })
    }

    private func keys(_ change: (inout DatasetSelection) -> Void) throws -> [String] {
        var selection = DatasetSelection()
        change(&selection)
        return try selection(whole, folder: "walks").gaits.map(\.key)
    }

    @Test("nothing asked for is everything")
    func everything() throws {
        #expect(try DatasetSelection()(whole, folder: "walks") == whole)
    }

    @Test("one of several labels, one of several values of a column, and each of several columns")
    func conditions() throws {
        #expect(try keys { $0.labels = ["sad", "old"] } == ["0", "2", "3", "5"])
        #expect(try keys { $0.conditions = [.init(column: "style", value: "b")] } == ["2", "3"])
        let either = ["walk0", "walk2"].map { DatasetSelection.Condition(column: "source_file", value: $0) }
        #expect(try keys { $0.conditions = either } == ["0", "1", "4", "5"])
        #expect(try keys { $0.conditions = either + [.init(column: "style", value: "a")] } == ["0", "1"])
        #expect(try keys { $0.exceptions = either + [.init(column: "key", value: "3")] } == ["2"])
    }

    @Test("labels get other names and another order, and those without gaits are dropped")
    func labels() throws {
        var selection = DatasetSelection()
        selection.renaming = ["old": "sad"]
        selection.order = ["happy", "sad"]
        let chosen = try selection(whole, folder: "walks")
        #expect(chosen.labelNames == ["happy", "sad"])
        #expect(chosen.gaits.map(\.label) == [1, 0, 1, 1, 0, 1])
        selection = DatasetSelection()
        selection.labels = ["old"]
        #expect(try selection(whole, folder: "walks").labelNames == ["old"])
    }

    @Test("a label and a column that are not there are named, and nothing wanted is an error")
    func unknown() {
        func message(_ change: (inout DatasetSelection) -> Void) -> String {
            let error = #expect(throws: DatasetError.self) { try keys(change) }
            return error?.description ?? ""
        }
        #expect(
            message { $0.labels = ["bored"] }.contains("there is no label bored; there are sad, happy, old"))
        #expect(message { $0.renaming = ["bored": "sad"] }.contains("no label bored"))
        #expect(message { $0.order = ["bored"] }.contains("no label bored"))
        #expect(message { $0.conditions = [.init(column: "stile", value: "a")] }.contains("no column stile"))
        #expect(
            message { $0.conditions = [.init(column: "style", value: "c")] }
                .contains("none of its 6 gaits matches"))
    }
}

struct LabelledGaitTests {
    @Test("its names for grouping are its own properties, then the manifest's columns")
    func attributes() throws {
        let gait = try Gait(coordinates: [Float](repeating: 0, count: Gait.valuesPerFrame))
        let walk = LabelledGait(
            key: "k", gait: gait, label: 2, sourceFile: "r.bvh", actor: nil, attributes: ["style": "proud"])
        #expect(walk.attribute("key") == "k")
        #expect(walk.attribute("label") == "2")
        #expect(walk.attribute("source_file") == "r.bvh")
        #expect(walk.attribute("actor") == nil)
        #expect(walk.attribute("style") == "proud")
        #expect(walk.attribute("height") == nil)
    }
}

@Suite("Conversion of another source's coordinates")
struct GaitConversionTests {
    /// Frames whose numbers are all different: root at (1, 2, 3) and so on, a meter further in every frame.
    private func coordinates(frames: Int) -> [Float] {
        (0..<frames * Gait.valuesPerFrame).map {
            Float($0 % Gait.valuesPerFrame) + Float($0 / Gait.valuesPerFrame)
        }
    }

    @Test("without an option nothing is changed")
    func unchanged() throws {
        let numbers = coordinates(frames: 3)
        #expect(try GaitConversion()(numbers).coordinates == numbers)
    }

    @Test("unit, axis and handedness are corrected together")
    func axes() throws {
        var conversion = GaitConversion()
        (conversion.units, conversion.up, conversion.isLeftHanded) = (.centimetre, .z, true)
        // Of spine: x 3, y 4, z 5 as the source has them.
        let spine = try conversion(coordinates(frames: 1)).position(frame: 0, joint: .spine)
        let expected = SIMD3<Float>(-0.03, 0.05, -0.04)
        #expect(((spine - expected) * (spine - expected)).sum() < 1e-9)
    }

    @Test("exchanging the sides gives left joints the places of right ones, and no more")
    func sides() throws {
        var conversion = GaitConversion()
        conversion.swapsSides = true
        let before = try Gait(coordinates: coordinates(frames: 2))
        let after = try conversion(before.coordinates)
        for joint in Joint.allCases {
            #expect(
                after.position(frame: 1, joint: joint) == before.position(frame: 1, joint: joint.mirrored))
        }
    }

    @Test("a recording at twice the rate becomes half as many frames, one at half the rate twice as many")
    func rates() throws {
        var conversion = GaitConversion()
        conversion.rate = 60
        #expect(
            try conversion(coordinates(frames: 5)).coordinates
                == [0, 2, 4].flatMap { start in
                    (0..<Gait.valuesPerFrame).map { Float($0 + start) }
                })
        conversion.rate = 15
        let slow = try conversion(coordinates(frames: 3))
        #expect(slow.frames == 5 && slow.position(frame: 1, joint: .root) == SIMD3(0.5, 1.5, 2.5))
    }

    @Test("what is no gait is refused, also after the unit was corrected")
    func refused() throws {
        var conversion = GaitConversion()
        #expect(throws: GaitError.self) { try conversion([1, 2]) }
        #expect(throws: GaitError.self) { try conversion([]) }
        var numbers = coordinates(frames: 1)
        numbers[7] = .nan
        #expect(throws: GaitError.notFinite(frame: 0, joint: .neck)) { try conversion(numbers) }
        // 20 km in meters, 20 m in millimeters.
        numbers[7] = 20_000
        #expect(throws: GaitError.self) { try conversion(numbers) }
        conversion.units = .millimetre
        #expect(try conversion(numbers).frames == 1)
    }
}
