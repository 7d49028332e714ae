import Gait

extension FigureRaster {
    /// Writes white text on a bar whose lower left corner is at a place, or as near as fits into the image.
    ///
    /// - Parameters:
    ///   - place: pixels from the left and the top.
    ///   - color: the bar's.
    package mutating func write(_ text: String, above place: SIMD2<Float>, on color: SIMD3<Float>) {
        let dot = Float(max(height / 360, 1))
        let step = Float(PixelFont.width + 1) * dot
        let bar = SIMD2(Float(text.count) * step + 3 * dot, Float(PixelFont.height + 4) * dot)
        let most = pointwiseMax(SIMD2(Float(width), Float(height)) - bar, .zero)
        let corner = pointwiseMin(pointwiseMax(place - SIMD2(0, bar.y), .zero), most)
        let middle = corner + SIMD2(bar.y, bar.y) / 2
        line(from: middle, to: middle + SIMD2(bar.x - bar.y, 0), breadth: bar.y, color: color)
        for (index, letter) in text.enumerated() {
            let start = corner + SIMD2(2.5 * dot + Float(index) * step, 2.5 * dot)
            for place in PixelFont.dots(of: letter) {
                let point = start + dot * place
                line(from: point, to: point, breadth: 1.2 * dot, color: SIMD3(repeating: 255))
            }
        }
    }
}

/// Letters of five by seven dots: capitals, digits and a few marks.
private enum PixelFont {
    /// Dots across and down, without the gap to the next letter.
    static let width = 5
    static let height = 7

    /// The places of a letter's dots from its upper left one, row by row; lowercase letters become capitals, and
    /// unknown ones question marks.
    static func dots(of letter: Character) -> [SIMD2<Float>] {
        if letter == " " { return [] }
        return places[letter.uppercased().first ?? letter] ?? places["?"] ?? []
    }

    private static let places: [Character: [SIMD2<Float>]] = {
        var places: [Character: [SIMD2<Float>]] = [:]
        for sheet in sheets {
            let lines = sheet.split(separator: "\n").map(Array.init)
            for (row, line) in lines.dropFirst().enumerated() {
                for (column, mark) in line.enumerated() where mark == "#" {
                    let place = column % (width + 1)
                    places[lines[0][column - place], default: []].append(SIMD2(Float(place), Float(row)))
                }
            }
        }
        return places
    }()

    /// The letters, above the dots of each.
    private static let sheets = [
        """
        A     B     C     D     E     F     G     H     I     J     K     L     M     N
        .###. ####. .###. ####. ##### ##### .###. #...# .###. ..### #...# #.... #...# #...#
        #...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#. #..#. #.... ##.## ##..#
        #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#. #.#.. #.... #.#.# #.#.#
        ##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#. ##... #.... #.#.# #.#.#
        #...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#. #.#.. #.... #...# #..##
        #...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#. #..#. #.... #...# #...#
        #...# ####. .###. ####. ##### #.... .###. #...# .###. .##.. #...# ##### #...# #...#
        """,
        """
        O     P     Q     R     S     T     U     V     W     X     Y     Z     0     1
        .###. ####. .###. ####. .#### ##### #...# #...# #...# #...# #...# ##### .###. ..#..
        #...# #...# #...# #...# #.... ..#.. #...# #...# #...# #...# #...# ....# #...# .##..
        #...# #...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#. #..## ..#..
        #...# ####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. #.#.# ..#..
        #...# #.... #.#.# #.#.. ....# ..#.. #...# #...# #.#.# .#.#. ..#.. .#... ##..# ..#..
        #...# #.... #..#. #..#. ....# ..#.. #...# .#.#. ##.## #...# ..#.. #.... #...# ..#..
        .###. #.... .##.# #...# ####. ..#.. .###. ..#.. #...# #...# ..#.. ##### .###. .###.
        """,
        """
        2     3     4     5     6     7     8     9     %     -     _     .     ?
        .###. ####. ...#. ##### .###. ##### .###. .###. ##... ..... ..... ..... .###.
        #...# ....# ..##. #.... #.... ....# #...# #...# ##..# ..... ..... ..... #...#
        ....# ....# .#.#. ####. #.... ...#. #...# #...# ...#. ..... ..... ..... ....#
        ..##. .###. #..#. ....# ####. ..#.. .###. .#### ..#.. ##### ..... ..... ..##.
        .#... ....# ##### ....# #...# .#... #...# ....# .#... ..... ..... ..... ..#..
        #.... ....# ...#. #...# #...# .#... #...# ....# #..## ..... ..... .##.. .....
        ##### ####. ...#. .###. .###. .#... .###. .###. ...## ..... ##### .##.. ..#..
        """,
    ]
}
