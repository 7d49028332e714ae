import Foundation
import Gait
import NeuralNetwork
import TestSupport
import Testing

@testable import GaitModels

@Suite("A model file that cannot be used is refused in one line")
struct DamagedModelFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("model.safetensors")
    }

    /// Writes the model and gives what reading it says; nil where it is accepted.
    private func refusal(_ model: TrainedModel) throws -> String? {
        try model.write(to: path)
        return refusal()
    }

    /// Writes a model with its description as text.
    private func refusal(_ text: String, _ tensors: [SafeTensors.Entry]) throws -> String? {
        try SafeTensors.write(tensors, metadata: [ModelDescription.key: text], to: path)
        return refusal()
    }

    private func refusal() -> String? {
        do {
            _ = try EmotionClassifier(contentsOf: path)
            return nil
        } catch {
            #expect(!error.description.contains { $0.isNewline })
            return error.description
        }
    }

    private func model(_ change: (inout STEPConfiguration) -> Void = { _ in }) -> TrainedModel {
        var model = TestModel.trained(TestModel.configuration(.stepPaper))
        var configuration = TestModel.configuration(.stepPaper)
        change(&configuration)
        model.description.step = configuration
        model.description.labels = configuration.labels
        return model
    }

    @Test("no file, an empty one, text, and one cut off anywhere")
    func damaged() throws {
        #expect(refusal() == "\(path): no such file")
        for text in ["", "no model", String(repeating: "x", count: 10_000)] {
            try Data(text.utf8).write(to: URL(filePath: path))
            #expect(try #require(refusal()).contains("is not a whole safetensors file"))
        }
        #expect(try refusal(model()) == nil)
        let whole = try Data(contentsOf: URL(filePath: path))
        for share in stride(from: 0.02, to: 1, by: 0.02) {
            try whole.prefix(Int(Double(whole.count) * share)).write(to: URL(filePath: path))
            #expect(refusal() != nil, "cut to \(share)")
        }
    }

    @Test("a configuration for other tensors names what is missing, left over or of another shape")
    func mismatch() throws {
        let oneMore = model { $0.labels.append("neutral") }
        #expect(
            try #require(try refusal(oneMore)).contains(
                "fcn.weight expected [4, 7, 1, 1], found [3, 7, 1, 1]"))
        let wide = model { $0.blocks[1].width = 9 }
        #expect(
            try #require(try refusal(wide)).contains(
                "st_gcn_networks.1.gcn.conv.bias expected [27], found [18]"))
        let short = model { $0.blocks.removeLast() }
        #expect(try #require(try refusal(short)).contains("not used by the model"))
        let plain = model { $0.edgeImportance = false }
        #expect(try #require(try refusal(plain)).contains("not used by the model edge_importance.0"))
        let several = model { $0.members = 2 }
        #expect(try #require(try refusal(several)).contains("not used by the model data_bn.bias"))
        var lacking = model()
        lacking.tensors.removeAll { $0.name == "data_bn.running_var" }
        #expect(try #require(try refusal(lacking)).contains("missing data_bn.running_var"))
        var graph = model()
        graph.tensors.removeAll { $0.name == "A" }
        graph.tensors.append(.init(name: "A", shape: [1], values: [1]))
        #expect(try #require(try refusal(graph)).contains("A expected [3, 16, 16], found [1]"))
    }

    @Test("tensors of a member that the configuration has not are named")
    func strayMember() throws {
        var configuration = TestModel.configuration(.stepPaper)
        configuration.members = 2
        var model = TestModel.trained(configuration)
        model.tensors.append(.init(name: "members.2.fcn.bias", shape: [3], values: [0, 0, 0]))
        #expect(try #require(try refusal(model)).contains("not used by the model members.2.fcn.bias"))
    }

    @Test("a configuration that asks for gigabytes is refused before anything is built")
    func huge() throws {
        for change: (inout STEPConfiguration) -> Void in [
            { $0.blocks[2].width = 1 << 40 }, { $0.kernel = Int.max }, { $0.window = Int.max },
            { $0.head.hidden = 1 << 50 }, { $0.members = Int.max },
            { $0.blocks = Array(repeating: .init(width: 512, stride: 1, residual: .none), count: 12) },
        ] { #expect(try refusal(model(change)) != nil) }
    }

    @Test("a description that is no JSON, or another JSON, names what is wrong")
    func description() throws {
        let model = model()
        let whole = try #require(try model.description.metadata()[ModelDescription.key])
        func expect(_ word: String, _ from: String, _ to: String) throws {
            let text = whole.replacingOccurrences(of: from, with: to)
            try #require(text != whole)
            let found = try #require(try refusal(text, model.tensors))
            #expect(found.contains(word), "\(found)")
        }
        for text in ["", "x", "[]", "3", "{\"name\":\"test\"}"] {
            #expect(
                try #require(try refusal(text, model.tensors)).contains("its configuration cannot be read"))
        }
        try expect("step.kernel", #""kernel":75"#, #""kernel":"75""#)
        try expect("cannot be read", #""kernel":75"#, #""kernel":1e99"#)
        try expect("step.kernel", #""kernel":75"#, #""kernels":75"#)
        try expect("cannot be read", #""kernel":75"#, #""kernel":7.5"#)
        try expect("kind", #""kind":"step""#, #""kind":"tree""#)
        try expect("an SVM with a network", #""kind":"step""#, #""kind":"svm""#)
        try expect("temperature 0", #""temperature":1"#, #""temperature":0"#)
        try expect("temperature -1", #""temperature":1"#, #""temperature":-1"#)
        try expect("identity residual", #""residual":"projection""#, #""residual":"identity""#)
        try expect("normalisation", #""normalisation":"reference_pose""#, #""normalisation":"upside_down""#)
    }

    @Test("features that a gait has not, or a scaling that does not fit them, are refused")
    func affective() throws {
        for (from, to) in [
            (#""features":[0,1,6,12,27]"#, #""features":[0,1,6,12,29]"#),
            (#""features":[0,1,6,12,27]"#, #""features":[0,1,6,12,-1]"#),
            (#""features":[0,1,6,12,27]"#, #""features":[0,1,6,12,12]"#),
            (#""features":[0,1,6,12,27]"#, #""features":[0,1,6,12]"#),
            (#""features":[0,1,6,12,27]"#, #""features":[]"#),
            (#""limit":4"#, #""limit":-1"#),
        ] {
            let model = model()
            let whole = try #require(try model.description.metadata()[ModelDescription.key])
            let text = whole.replacingOccurrences(of: from, with: to)
            try #require(text != whole)
            #expect(try #require(try refusal(text, model.tensors)).contains("affective"))
        }
    }

    @Test("an SVM with the configuration of a network, of one class, or without features")
    func svm() throws {
        let svm = try TestModel.svm()
        var both = svm
        both.description.step = TestModel.configuration(.step, labels: svm.description.labels)
        both.description.step?.blocks[0].stride = 0
        #expect(try #require(try refusal(both)).contains("an SVM with a network's configuration"))
        var none = svm
        none.description.affective = nil
        #expect(try #require(try refusal(none)).contains("an SVM without affective features"))
        var alone = svm
        alone.description.labels = ["calm"]
        #expect(try #require(try refusal(alone)).contains("1 labels"))
        var more = svm
        more.description.labels = ["calm", "lively", "sad"]
        #expect(try #require(try refusal(more)).contains("svm.weight expected"))
    }

    @Test("weights that are not finite")
    func notFinite() throws {
        var model = model()
        let first = model.tensors[1]
        var values = first.values
        values[0] = .nan
        model.tensors[1] = .init(name: first.name, shape: first.shape, values: values)
        #expect(try #require(try refusal(model)).contains("\(first.name) has values that are not finite"))
    }

    @Test("finite weights that give no finite probability", arguments: ["data_bn.running_var", "fcn.weight"])
    func unusable(name: String) throws {
        var model = model()
        let place = try #require(model.tensors.firstIndex { $0.name == name })
        let tensor = model.tensors[place]
        let values = tensor.values.map { _ in name == "fcn.weight" ? Float.greatestFiniteMagnitude : -1 }
        model.tensors[place] = .init(name: name, shape: tensor.shape, values: values)
        #expect(try #require(try refusal(model)).contains("do not give finite probabilities"))
    }

    @Test("released names with a class too few or no values at all")
    func released() throws {
        for (name, shape) in [("fcn.weight", [1, 6, 1, 1]), ("fcn.weight", [1_000_000_000, 0, 1, 1])] {
            var tensors = TestModel.trained(TestModel.configuration(.baselineReleased)).tensors
            tensors.removeAll { $0.name == name }
            tensors.append(
                .init(name: name, shape: shape, values: Array(repeating: 0, count: shape.reduce(1, *))))
            try SafeTensors.write(tensors, metadata: [:], to: path)
            #expect(refusal() != nil)
        }
    }
}
