import Gait
import Testing

@testable import Datasets

@Suite("Import of a survey")
struct DatasetImportTests {
    private func gait(_ key: String, label: [Double] = [0], frames: Int = 20) -> SurveyedGait {
        var gait = SurveyedGait(key: key)
        gait.coordinates = [Float](repeating: 0.5, count: frames * Gait.valuesPerFrame)
        gait.label = label
        return gait
    }

    private func part(_ name: String, labels: Bool = true, _ gaits: [SurveyedGait]) -> DatasetSurvey.Part {
        var part = DatasetSurvey.Part(
            name: name, featuresFile: "features_\(name).h5", labelsFile: labels ? "labels_\(name).h5" : nil)
        part.gaits = gaits
        return part
    }

    private func imported(
        _ parts: [DatasetSurvey.Part],
        labels: [String: [String]] = ["": ["angry", "neutral", "happy", "sad"]]
    ) throws -> DatasetImport {
        var survey = DatasetSurvey()
        survey.parts = parts
        return try DatasetImport(survey) { name in
            var options = DatasetImport.Options()
            options.labels = labels[name] ?? labels[""]
            return options
        }
    }

    @Test("each part's numbers get its own names, and one name is one label")
    func names() throws {
        let result = try imported(
            [
                part("", [gait("a", label: [3]), gait("b", label: [0])]),
                part("ELMD", [gait("a", label: [2])]),
            ],
            labels: [
                "": ["angry", "neutral", "happy", "sad"], "ELMD": ["happy", "sad", "angry", "neutral"],
            ])
        #expect(result.dataset.labelNames == ["angry", "sad"])
        #expect(result.dataset.gaits.map(\.key) == ["a", "b", "ELMD_a"])
        #expect(result.dataset.gaits.map(\.label) == [1, 0, 0])
        #expect(result.dataset.gaits.map { $0.attribute("subset") } == ["main", "main", "ELMD"])
        #expect(result.dataset.gaits[2].sourceFile == "features_ELMD.h5/a")
        #expect(result.skipped.isEmpty)
    }

    @Test("generated gaits have their labels at the end of their keys")
    func keys() throws {
        let result = try imported(
            [
                part(
                    "CVAEGCN_1_2000", labels: false,
                    [gait("00003_Happy"), gait("00004_Bored"), gait("00005")])
            ])
        #expect(result.dataset.labelNames == ["happy"])
        #expect(result.dataset.gaits.map(\.key) == ["CVAEGCN_1_2000_00003_Happy"])
        #expect(result.skipped.map(\.key) == ["00004_Bored", "00005"])
        #expect(result.skipped.allSatisfy { $0.reason == .unlabelled })
    }

    @Test("the import reports everything that it leaves out, with the reason")
    func skipped() throws {
        var broken = gait("broken")
        broken.fault = "the file is damaged"
        var strange = gait("strange")
        strange.coordinates[5] = .infinity
        let result = try imported([
            part(
                "",
                [
                    gait("good"), broken, strange, gait("short", frames: 14), gait("none", label: []),
                    gait("high", label: [4]), gait("ELMD_x"),
                ]), part("ELMD", [gait("x")]),
        ])
        #expect(result.dataset.gaits.map(\.key) == ["good", "ELMD_x"])
        #expect(
            result.skipped.map(\.reason) == [
                .unreadable, .noGait, .tooShort, .unlabelled, .unlabelled, .repeatedKey,
            ])
        #expect(result.skipped.allSatisfy { !$0.text.isEmpty })
    }

    @Test("a file of labels without names is an error that names it")
    func nameless() {
        #expect(throws: DatasetError.missingLabelNames(file: "labels_ELMD.h5")) {
            try imported([part("ELMD", [gait("a")])], labels: [:])
        }
    }

    @Test("what a manifest of ours says is kept")
    func manifest() throws {
        var known = gait("a")
        (known.sourceFile, known.actor, known.attributes) = ("walk.bvh", "ann", ["style": "old"])
        let taken = try imported([part("", [known])]).dataset.gaits[0]
        #expect(
            taken.sourceFile == "walk.bvh" && taken.actor == "ann" && taken.attributes == ["style": "old"])
    }
}
