import Foundation
import Testing

@testable import gaitctl

struct SVGWriterTests {
    @Test("a parser gives back text and attributes of any content as they went in")
    func escaping() throws {
        let hostile = #"<script>&amp; "it's" </svg> 😀 "# + "\u{1}\u{0}"
        var svg = SVGWriter()
        svg.element("svg", ["data-name": hostile]) { $0.element("text", text: hostile) }
        let picture = try XMLPicture(svg.text)
        let expected = #"<script>&amp; "it's" </svg> 😀 "# + "\u{FFFD}\u{FFFD}"
        #expect(picture.elements.map(\.name) == ["svg", "text"])
        #expect(picture.elements[0].attributes["data-name"] == expected)
        #expect(picture.text.trimmingCharacters(in: ["\n"]) == expected)
    }

    @Test(
        "numbers have one decimal at most, and are never anything else",
        arguments: [
            (1.0, "1"), (1.25, "1.3"), (-0.04, "0"), (-0.06, "-0.1"), (123.449, "123.4"), (.nan, "0"),
            (.infinity, "0"), (1e300, "1000000"), (-7.96, "-8"),
        ])
    func numbers(value: Double, text: String) {
        #expect(value.svg == text)
    }

    @Test("what does not change is not animated")
    func stillness() {
        var svg = SVGWriter()
        svg.animation(of: "r", values: ["1", "1"], seconds: 1)
        svg.translation(along: [SIMD2(1, 2), SIMD2(1.01, 2)], seconds: 1)
        #expect(svg.text == "")
        svg.animation(of: "r", values: ["1", "2"], seconds: 1.23456)
        #expect(svg.text.contains(#"dur="1.235s" repeatCount="indefinite" values="1;2""#))
    }
}
