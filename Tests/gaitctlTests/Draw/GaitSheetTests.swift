import Gait
import Simulation
import Testing

@testable import gaitctl

@Suite("Sheet of gaits")
struct GaitSheetTests {
    private func figure(_ title: String, frames: Int = 75, seed: UInt64 = 1) -> GaitSheet.Figure {
        let gait = Walker(emotion: .happy, seed: seed).gait(frames: frames)
        return GaitSheet.Figure(
            title: title, details: ["a detail"], walk: FigureWalk(gait, following: .walker), rate: 30)
    }

    @Test("each walk has a left, a right, a trunk and a moving head", arguments: FigureView.allCases)
    func limbs(view: FigureView) throws {
        let picture = try XMLPicture(
            GaitSheet([figure("one"), figure("two", frames: 40)], view: view).document())
        let keyframes = picture.keyframes(of: "d")
        #expect(keyframes.map(\.count) == [75, 75, 75, 75, 40, 40, 40, 40])
        for colour in [FigureColors.left, FigureColors.right] {
            #expect(picture.all("path").count { $0.attributes["stroke"] == colour } == 2)
        }
        #expect(picture.all("animate").allSatisfy { $0.attributes["repeatCount"] == "indefinite" })
        #expect(Set(picture.all("animate").compactMap { $0.attributes["dur"] }) == ["2.467s", "1.3s"])
        #expect(picture.all("script").isEmpty)
    }

    @Test("left limbs are drawn where the left joints are: from the front on the right")
    func sides() throws {
        let picture = try XMLPicture(GaitSheet([figure("one")], view: .front).document())
        func middle(_ colour: String) throws -> Double {
            let path = try #require(picture.all("path").first { $0.attributes["stroke"] == colour })
            let points = SVGPathTests.points(path.attributes["d"] ?? "").joined()
            return points.reduce(0) { $0 + $1.x } / Double(points.count)
        }
        #expect(try middle(FigureColors.left) > middle(FigureColors.right) + 5)
    }

    @Test("everything that is drawn lies in the picture")
    func bounds() throws {
        for view in FigureView.allCases {
            let drawing = FigureDrawing(figure("one").walk, rate: 30, view: view, scale: 100)
            let box = drawing.bounds
            for point in drawing.points.joined() {
                #expect(point.x > box.low.x && point.x < box.high.x)
                #expect(point.y > box.low.y && point.y < box.high.y)
            }
        }
    }

    @Test("75 frames are tens of kilobytes, and names cannot break the document")
    func compact() throws {
        let document = GaitSheet([figure("<b>&\"'")], view: .oblique).document()
        #expect(document.utf8.count < 30_000)
        let picture = try XMLPicture(document)
        #expect(picture.all("b").isEmpty && picture.text.contains("<b>&\"'"))
    }

    @Test("a walk of kilometers, or of enormous people, is a picture of the usual size")
    func extremes() throws {
        var coordinates = Walker(emotion: .sad, seed: 1).gait(frames: 75).coordinates
        for frame in 0..<75 {
            for joint in 0..<Joint.count {
                coordinates[frame * Gait.valuesPerFrame + 3 * joint] += 100 * Float(frame)
            }
        }
        let cases: [(Float, FigureWalk.Following)] = [(1, .world), (1, .walker), (50, .walker)]
        for (scale, following) in cases {
            let gait = Gait(validated: coordinates.map { $0 * scale })
            let sheet = GaitSheet(
                [.init(title: "far", details: [], walk: FigureWalk(gait, following: following), rate: 30)],
                view: .side)
            let document = sheet.document()
            #expect(document.utf8.count < 200_000)
            let width = Double(try XMLPicture(document).elements[0].attributes["width"] ?? "") ?? 0
            #expect((150...1000).contains(width))
        }
    }
}
