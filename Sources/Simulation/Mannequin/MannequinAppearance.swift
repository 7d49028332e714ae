import Gait

/// The colours of a person's skin, hair and clothes.
package struct MannequinAppearance: Sendable, Equatable {
    /// Red, green and blue, 0...255.
    typealias Colour = SIMD3<Float>

    let skin: Colour
    let hair: Colour
    let shirt: Colour
    let trousers: Colour
    let shoes: Colour
    /// Whether the sleeves reach the wrists rather than the elbows.
    let hasLongSleeves: Bool

    /// Common colours, drawn from a seed.
    package init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed ^ 0x6D61_6E6E)
        func pick(_ colours: [Colour]) -> Colour {
            let colour = colours[Int(generator.next() % UInt64(colours.count))]
            let shade = generator.uniform(0.85...1.15)
            return (colour * shade).clamped(lowerBound: .zero, upperBound: Colour(repeating: 255))
        }
        skin = pick([
            Colour(236, 194, 168), Colour(222, 174, 142), Colour(190, 140, 108), Colour(141, 98, 72),
            Colour(105, 72, 54),
        ])
        hair = pick([
            Colour(38, 30, 26), Colour(70, 48, 34), Colour(112, 80, 50), Colour(166, 132, 84),
            Colour(128, 126, 124),
        ])
        shirt = pick([
            Colour(176, 48, 44), Colour(50, 92, 158), Colour(226, 224, 216), Colour(58, 116, 74),
            Colour(206, 168, 64), Colour(112, 70, 124), Colour(60, 62, 68),
        ])
        trousers = pick([
            Colour(44, 54, 84), Colour(70, 96, 136), Colour(52, 52, 54), Colour(148, 128, 98),
            Colour(92, 94, 96),
        ])
        shoes = pick([Colour(40, 36, 34), Colour(214, 212, 208), Colour(96, 62, 40)])
        hasLongSleeves = generator.uniform(0...1) < 0.5
    }
}
