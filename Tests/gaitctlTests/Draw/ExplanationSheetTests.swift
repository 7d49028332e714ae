import Gait
import Simulation
import Testing

@testable import gaitctl

@Suite("Picture of an explanation")
struct ExplanationSheetTests {
    /// The left hand counts most in frame 10, the head half as much in frames 20 to 29.
    private var saliency: [[Float]] {
        (0..<75).map { frame in
            Joint.allCases.map { joint in
                switch joint {
                case .leftHand: frame == 10 ? 1 : 0
                case .head: (20..<30).contains(frame) ? 0.5 : 0
                default: 0
                }
            }
        }
    }

    @Test("cells are where and when joints counted, runs of a shade in one stroke")
    func cells() throws {
        var svg = SVGWriter()
        let strip = SaliencyStrip(saliency: saliency, rate: 30, seconds: 74.0 / 30, width: 74 + 750)
        svg.element("svg") { strip.draw(into: &$0) }
        let picture = try XMLPicture(svg.text)
        let cells = picture.all("path").filter { $0.attributes["stroke-opacity"] != nil }
        #expect(cells.count == 2)
        let head = SVGPathTests.points(cells[0].attributes["d"] ?? "")
        #expect(head == [[SIMD2(74 + 200, 42), SIMD2(74 + 300, 42)]])
        let hand = SVGPathTests.points(cells[1].attributes["d"] ?? "")
        #expect(hand == [[SIMD2(74 + 100, 78), SIMD2(74 + 110, 78)]])
        #expect(cells[1].attributes["stroke"] == FigureColors.heat(1))
        #expect(Joint.allCases.allSatisfy { picture.text.contains($0.name) })
    }

    @Test("marks grow and redden when the joint counts, and others stay as they are")
    func marks() throws {
        let walk = FigureWalk(Walker(emotion: .sad, seed: 1).gait(frames: 75), following: .walker)
        let figure = FigureDrawing(walk, rate: 30, view: .oblique, scale: 100)
        var svg = SVGWriter()
        svg.element("svg") { SaliencyMarks.draw(saliency, on: figure, into: &$0) }
        let picture = try XMLPicture(svg.text)
        #expect(picture.all("circle").count == Joint.count)
        let radii = picture.keyframes(of: "r")
        #expect(radii.count == 2)
        // The joint that counted less in all lies below.
        #expect(radii[0].indices.filter { radii[0][$0] != "2.5" } == [10])
        #expect(radii[1].indices.filter { radii[1][$0] != "2.5" } == Array(20..<30))
        #expect(picture.keyframes(of: "fill")[0][10] == FigureColors.heat(1))
    }
}
