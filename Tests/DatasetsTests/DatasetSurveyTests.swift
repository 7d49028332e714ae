import Foundation
import Gait
import TestSupport
import Testing

@testable import Datasets

@Suite("Survey of a folder")
struct DatasetSurveyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func survey() throws -> DatasetSurvey { try DatasetSurvey(of: folder.path) { _ in } }

    @Test("every pair of files is a part, and other files are reported")
    func parts() throws {
        for name in ["features.h5", "features_ELMD.h5", "featuresCVAEGCN.h5"] {
            try HDF5Fixture(folder.path(name)).doubles([2, 48], key: "walk")
        }
        let labels = try HDF5Fixture(folder.path("labels.h5"))
        labels.names("sad,happy")
        try labels.integers([], key: "walk")
        try HDF5Fixture(folder.path("labels_ELMD.h5")).doubles([3], key: "walk")
        try HDF5Fixture(folder.path("labels_lost.h5")).integers([], key: "walk")
        try HDF5Fixture(folder.path("affectiveFeatures.h5")).doubles([29], key: "walk")
        let survey = try survey()
        #expect(survey.parts.map(\.name) == ["", "CVAEGCN", "ELMD"])
        #expect(survey.parts.map(\.labelsFile) == ["labels.h5", nil, "labels_ELMD.h5"])
        #expect(survey.parts.map(\.labelNames) == [["sad", "happy"], nil, nil])
        #expect(survey.parts.map { $0.gaits[0].label } == [[0], [], [0, 0.5, 1]])
        #expect(survey.parts.map { $0.gaits[0].labelIndex } == [0, nil, 2])
        #expect(survey.parts.allSatisfy { $0.faults.isEmpty && $0.gaits[0].frames == 2 })
        #expect(survey.strangers == ["affectiveFeatures.h5"])
        #expect(survey.faults.count == 1 && survey.faults[0].contains("labels_lost.h5"))
    }

    @Test("what is wrong with a gait, or with a file, does not hide the others")
    func faults() throws {
        let features = try HDF5Fixture(folder.path("features.h5"))
        try features.doubles([2, 48], key: "a")
        try features.doubles([2, 47], key: "b")
        try features.doubles([1, 48], first: .nan, key: "c")
        let labels = try HDF5Fixture(folder.path("labels.h5"))
        try labels.integers([], key: "a")
        try labels.integers([], key: "b")
        try labels.integers([], key: "stray")
        try folder.write("features_bad.h5", "no hdf5")
        let survey = try survey()
        let part = survey.parts[0]
        #expect(part.gaits.map(\.key) == ["a", "b", "c"])
        #expect(part.gaits[0].fault == nil && part.gaits[0].label == [0])
        #expect(part.gaits[1].fault?.contains("\"b\" has the shape [2, 47]") == true)
        #expect(part.gaits[2].fault == nil && part.gaits[2].label == [] && part.gaits[2].coordinates[0].isNaN)
        #expect(part.faults.count == 1 && part.faults[0].contains("stray"))
        #expect(
            survey.parts[1].faults == ["\(folder.path)/features_bad.h5: not an HDF5 file, or a damaged one"])
    }

    @Test("the manifest's rows are with their gaits, and a wrong manifest is reported")
    func manifest() throws {
        try HDF5Fixture(folder.path("features.h5")).doubles([2, 48], key: "a")
        try folder.write("manifest.csv", "key,source_file,actor,style\na,walk.bvh,ann,old\n")
        let gait = try survey().parts[0].gaits[0]
        #expect(gait.sourceFile == "walk.bvh" && gait.actor == "ann" && gait.attributes == ["style": "old"])
        try folder.write("manifest.csv", "no,columns\n")
        #expect(try survey().faults.count == 1)
    }

    @Test("a folder that does not exist, and one without features, are named")
    func absent() throws {
        for (path, fault) in [("/nowhere/at-all", "does not exist"), (folder.path, "there is no ")] {
            let error = #expect(throws: DatasetError.self) { try DatasetSurvey(of: path) { _ in } }
            let text = try #require(error).description
            #expect(text.hasPrefix("\(path): ") && text.contains(fault), "\(text)")
        }
    }

    @Test(
        "a label of several numbers is the one that is largest alone",
        arguments: [
            ([2], 2), ([0.5], nil), ([], nil), ([0, 1, 0], 1), ([0.2, 0.3, 0.3], nil), ([.nan], nil),
        ])
    func label(numbers: [Double], index: Int?) {
        var gait = SurveyedGait(key: "a")
        gait.label = numbers
        #expect(gait.labelIndex == index)
    }
}
