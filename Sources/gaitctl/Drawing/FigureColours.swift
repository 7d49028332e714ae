/// The colours of drawings: of middle lightness, so that they stand out on white and on black.
enum FigureColours {
    static let left = "#ef7d3c"
    static let right = "#3f8fe0"
    static let trunk = "#8b929c"
    static let ground = "#8b929c"
    static let text = "#808893"

    /// The colour of a share of 0...1, from the trunk's grey over amber to red.
    static func heat(_ share: Double) -> String {
        let stops: [SIMD3<Double>] = [
            SIMD3(139, 146, 156), SIMD3(235, 172, 60), SIMD3(239, 112, 48), SIMD3(226, 40, 72),
        ]
        let place = min(max(share.isFinite ? share : 0, 0), 1) * Double(stops.count - 1)
        let index = min(Int(place), stops.count - 2)
        let colour = stops[index] + (stops[index + 1] - stops[index]) * (place - Double(index))
        let digits = [colour.x, colour.y, colour.z].map { value in
            let text = String(Int(value.rounded()), radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return "#" + digits.joined()
    }
}
