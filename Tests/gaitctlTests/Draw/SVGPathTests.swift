import Testing

@testable import gaitctl

struct SVGPathTests {
    /// The points of a path of the forms that we write.
    static func points(_ data: String) -> [[SIMD2<Double>]] {
        var lines: [[SIMD2<Double>]] = []
        var current = SIMD2<Double>.zero
        for part in data.split(separator: "m") {
            let numbers = part.replacing("h0", with: "").matches(of: #/-?[0-9]+(?:\.[0-9])?/#).map {
                Double($0.output) ?? .nan
            }
            var line: [SIMD2<Double>] = []
            for index in stride(from: 0, to: numbers.count, by: 2) {
                current += SIMD2(numbers[index], numbers[index + 1])
                line.append(current)
            }
            lines.append(line)
        }
        return lines
    }

    @Test("points come back to within half a tenth, without an error that grows along the path")
    func roundTrip() {
        let lines = (0..<3).map { line in
            (0..<40).map { index in
                let place = Double(index * 7 + line * 13)
                return SIMD2(place * 0.333 - 40, 20 - place * 0.777)
            }
        }
        let found = Self.points(SVGPath.data(lines))
        #expect(found.map(\.count) == lines.map(\.count))
        for (point, expected) in zip(found.joined(), lines.joined()) {
            #expect(abs(point.x - expected.x) < 0.0501 && abs(point.y - expected.y) < 0.0501)
        }
    }

    @Test("lines begin with a relative move, and a single point is a dot")
    func form() {
        #expect(
            SVGPath.data([[SIMD2(1, 2), SIMD2(0.5, 3)], [SIMD2(0, 0), SIMD2(0, -1.25)]])
                == "m1 2-0.5 1m-0.5-3 0-1.3")
        #expect(SVGPath.data([[SIMD2(-1, 2)]]) == "m-1 2h0")
    }
}
