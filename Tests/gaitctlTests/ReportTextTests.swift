import Testing

@testable import gaitctl

struct ReportTextTests {
    private struct Fold: Encodable {
        let fold: Int
        let accuracy: Double
        let dropped: [String: Int]
    }

    private struct Processor: Encodable {
        let daemon: Double
        let broker: Float?
    }

    private struct Report: Encodable {
        var out = "model.safetensors"
        var loss: Float = 0.000_012_34
        var isSteady = true
        var reason = "enough gaits"
        var missing: [Int] = []
        var processor = Processor(daemon: 0.51234, broker: nil)
        var folds = [
            Fold(fold: 1, accuracy: 0.81255, dropped: [:]),
            Fold(fold: 2, accuracy: 12345.4, dropped: ["late": 2, "gap": 1]),
        ]
        var confusion = [[1, 2], [30, 4]]
    }

    @Test("fields stand in their own order: values in a line, then objects and tables under their keys")
    func layout() {
        let expected = """
            out=model.safetensors loss=1.234e-05 is_steady=true
            reason: enough gaits
            missing=-
            processor: daemon=0.5123
            folds:
              fold  accuracy  dropped
              1     0.8125    -
              2     12345     gap=1 late=2
            confusion:
              1   2
              30  4
            """
        #expect(ReportText.lines(Report()) == expected)
    }

    @Test("a single line has everything but the rows of tables, which it counts")
    func line() {
        let expected =
            "out=model.safetensors loss=1.234e-05 is_steady=true reason=enough gaits missing=- "
            + "processor(daemon=0.5123) folds=2 confusion=2"
        #expect(ReportText.line(Report()) == expected)
    }

    @Test("names of a dictionary are sorted, and what does not fit into a table stands in paragraphs")
    func paragraphs() {
        let nodes = ["nodes": [["b": [[1], [2]], "a": [[3]]], ["c": [[4]]]]]
        #expect(ReportText.lines(nodes) == "nodes:\n  a:\n    3\n  b:\n    1\n    2\n\n  c:\n    4")
        #expect(ReportText.lines(["r1", "r2"]) == "r1,r2")
        #expect(ReportText.lines([String: Int]()) == "-")
    }

    @Test("long lines are continued in the next one")
    func wrapping() {
        let values = Dictionary(uniqueKeysWithValues: (100..<130).map { ("key\($0)", $0) })
        let lines = ReportText.lines(values).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.count <= 110 && $0.hasPrefix("key1") })
    }

    @Test(
        "numbers have four significant digits, or all digits of their integer part",
        arguments: [
            (0, "0"), (30, "30"), (-0.5, "-0.5"), (0.123456, "0.1235"), (16.2749, "16.27"), (999.96, "1000"),
            (12345.6, "12346"), (0.000_000_31, "3.1e-07"), (.nan, "nan"),
        ])
    func numbers(value: Double, expected: String) {
        #expect(TextFormat.number(value) == expected)
    }
}
