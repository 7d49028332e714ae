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
        #expect(
            try keys { $0.conditions = either + [.init(column: "style", value: "a")] } == ["0", "1"])
        #expect(
            try keys { $0.exceptions = either + [.init(column: "key", value: "3")] } == ["2"])
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
                .contains("none of its 6 gaits is as wanted"))
    }
}
