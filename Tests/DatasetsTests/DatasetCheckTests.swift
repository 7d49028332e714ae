import Foundation
import Gait
import Simulation
import TestSupport
import Testing

@testable import Datasets

extension DatasetCheck {
    /// The subjects that are wrong, each once.
    fileprivate var faults: [String] { findings.wrongSubjects }

    /// All findings, for the messages of tests.
    fileprivate var text: String {
        findings.map { "\($0.verdict) \($0.subject): \($0.text)" }.joined(separator: "\n")
    }

    /// The texts of a subject.
    fileprivate func texts(_ subject: String) -> String {
        findings.filter { $0.subject == subject }.map { "\($0.text) -> \($0.advice ?? "")" }
            .joined(separator: "\n")
    }
}

/// A data set as it was read, with faults put in.
private struct FaultySet {
    var survey: DatasetSurvey

    /// Simulated walks of each emotion.
    init(frames: Int = 90, recordings: Int = 2) {
        self.init(
            labels: Emotion.allCases.map(\.rawValue),
            Emotion.allCases.enumerated().flatMap { label, emotion in
                (1...recordings).map { number in
                    LabelledGait(
                        key: "\(emotion)-\(number)",
                        gait: Walker(emotion: emotion, seed: UInt64(number)).gait(frames: frames),
                        label: label,
                        sourceFile: "\(emotion)-\(number).bvh")
                }
            })
    }

    init(labels: [String], _ gaits: [LabelledGait]) {
        survey = DatasetSurvey()
        var part = DatasetSurvey.Part(name: "", featuresFile: "features.h5", labelsFile: "labels.h5")
        part.labelNames = labels
        part.gaits = gaits.map(SurveyedGait.init)
        survey.parts = [part]
    }

    var gaits: [SurveyedGait] {
        get { survey.parts[0].gaits }
        set { survey.parts[0].gaits = newValue }
    }

    /// Changes every gait's coordinates.
    mutating func change(_ change: (inout [Float]) throws -> Void) rethrows {
        for index in gaits.indices { try change(&gaits[index].coordinates) }
    }

    func check() -> DatasetCheck { DatasetCheck(survey, folder: "walks", checkpoint: {}) }
}

/// What a recording may be by mistake.
enum Mistake: String, CaseIterable {
    case sides, leftHanded, centimetres, millimetres, zUp, upsideDown, doubleRate, halfRate

    /// What it is found as, and the option of `dataset import` that corrects it.
    var expected: (subject: String, option: String) {
        switch self {
        case .sides, .leftHanded: ("sides", "--swap-sides, or --left-handed")
        case .centimetres: ("units", "--units cm")
        case .millimetres: ("units", "--units mm")
        case .zUp: ("up", "--up z")
        case .upsideDown: ("up", "--up -y")
        case .doubleRate: ("rate", "--fps 60")
        case .halfRate: ("rate", "--fps 15")
        }
    }

    func make(_ numbers: inout [Float]) throws {
        switch self {
        case .sides:
            var gait = try Gait(coordinates: numbers)
            gait.swapSides()
            numbers = gait.coordinates
        case .doubleRate: numbers = try Gait(coordinates: numbers).resampled(speed: 0.5).coordinates
        case .halfRate: numbers = try Gait(coordinates: numbers).resampled(speed: 2).coordinates
        default:
            for start in stride(from: 0, to: numbers.count, by: 3) {
                let place = place(SIMD3(numbers[start], numbers[start + 1], numbers[start + 2]))
                for axis in 0..<3 { numbers[start + axis] = place[axis] }
            }
        }
    }

    private func place(_ position: SIMD3<Float>) -> SIMD3<Float> {
        switch self {
        case .leftHanded: SIMD3(position.x, position.y, -position.z)
        case .centimetres: position * 100
        case .millimetres: position * 1000
        case .zUp: UpAxis.z.fromYUp(position)
        case .upsideDown: UpAxis.minusY.fromYUp(position)
        case .sides, .doubleRate, .halfRate: position
        }
    }
}

@Suite("Check of a data set")
struct DatasetCheckTests {
    @Test("nothing is wrong with simulated walks, and all is counted")
    func good() throws {
        let check = FaultySet().check()
        #expect(check.good && check.faults == [], "\(check.text)")
        #expect(check.gaits == 8 && check.labels.count == 4)
        #expect(check.labels["sad"] == .init(gaits: 2, recordings: 2, frames: 180))
    }

    @Test("a mistake in all gaits is found as what it is, and nothing else", arguments: Mistake.allCases)
    func mistakes(mistake: Mistake) throws {
        var set = FaultySet(frames: 180, recordings: 3)
        try set.change(mistake.make)
        let check = set.check()
        #expect(check.faults == [mistake.expected.subject], "\(check.text)")
        #expect(check.texts(mistake.expected.subject).contains(mistake.expected.option))
    }

    @Test("a mistake in some gaits names these")
    func some() throws {
        var set = FaultySet()
        for index in 0..<2 { try Mistake.sides.make(&set.gaits[index].coordinates) }
        let check = set.check()
        #expect(check.faults == ["sides"])
        #expect(check.texts("sides").contains("wrong in 2 of 8 gaits by themselves: angry-1, angry-2"))
    }

    @Test("the check judges parts of different sources one by one")
    func parts() throws {
        var set = FaultySet(frames: 180, recordings: 6)
        for index in set.gaits.indices { set.gaits[index].attributes["subset"] = index < 12 ? "one" : "two" }
        for index in 12..<24 { try Mistake.doubleRate.make(&set.gaits[index].coordinates) }
        let check = set.check()
        #expect(check.faults == ["rate"])
        #expect(check.texts("rate").contains("two: "))
        #expect(check.findings.first { $0.subject == "rate" && $0.text.hasPrefix("one: ") }?.verdict == .good)
    }

    @Test("labels that nothing can be learned of are named")
    func labels() throws {
        var set = FaultySet()
        set.gaits.removeAll { $0.key == "sad-2" }
        #expect(set.check().faults == ["labels"])
        #expect(set.check().texts("labels").contains("sad has one gait"))
        set.gaits.removeAll { $0.labelIndex == 3 }
        #expect(set.check().faults == [])
        #expect(set.check().texts("labels").contains("there is no gait of "))
        set.gaits.removeAll { $0.labelIndex != 0 }
        #expect(set.check().texts("labels").contains("every gait is angry"))
        set.survey.parts[0].labelNames = nil
        #expect(set.check().faults == ["labels"])
    }

    @Test("gaits that are none, without a label, or with a wrong one are named")
    func gaits() throws {
        var set = FaultySet()
        set.gaits[0].coordinates[50] = .nan
        set.gaits[2].label = []
        set.gaits[4].label = [7]
        set.gaits[6].fault = "features.h5: it is damaged"
        let check = set.check()
        #expect(check.faults.contains("gaits"))
        let text = check.texts("gaits")
        for words in [
            "\"angry-1\": Joint root of frame 1", "\"happy-1\" has no label in labels.h5",
            "\"neutral-1\" has the label 7.0", "features.h5: it is damaged",
        ] { #expect(text.contains(words), "\(words) in \(text)") }
    }

    @Test("a gait that is there twice is a fault where tests would repeat it, or its labels differ")
    func duplicates() throws {
        var set = FaultySet()
        set.gaits[1].coordinates = set.gaits[0].coordinates
        #expect(set.check().faults == ["duplicates"])
        set.gaits[1].sourceFile = set.gaits[0].sourceFile
        #expect(!(set.check().faults.contains("duplicates")))
        #expect(set.check().texts("duplicates").contains("angry-1 and angry-2"))
        set.gaits[1].label = [1]
        #expect(set.check().texts("duplicates").contains("under different labels"))
    }

    @Test("short gaits, and those without a recording, are reported")
    func notes() throws {
        var set = FaultySet()
        set.gaits[0].coordinates = Array(set.gaits[0].coordinates.prefix(14 * Gait.valuesPerFrame))
        set.gaits[1].sourceFile = nil
        let check = set.check()
        #expect(check.good, "\(check.text)")
        #expect(check.texts("lengths").contains("1 shorter than half a second, such as angry-1"))
        #expect(check.texts("recordings").contains("1 gaits have no source_file"))
    }

    @Test(
        "there is no false alarm on recorded walks, also backward and sideways ones, and every mistake is found",
        .sharedData, arguments: ["emotion4", "style15", "walk7"])
    func recorded(name: String) throws {
        let whole = try GaitDataset(contentsOf: SharedData.dataset(name))
        let set = FaultySet(labels: whole.labelNames, whole.gaits)
        let check = set.check()
        #expect(check.faults == [], "\(check.text)")
        for finding in check.findings { #expect(finding.figures["gaits_wrong"] ?? 0 == 0, "\(finding.text)") }
        for mistake in Mistake.allCases {
            var wrong = set
            try wrong.change(mistake.make)
            #expect(wrong.check().faults == [mistake.expected.subject], "\(mistake)")
        }
    }
}
