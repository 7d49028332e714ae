/// The unit of a source's coordinates, by its name in messages.
package enum LengthUnit: String, CaseIterable, Sendable {
    case metre = "m"
    case centimetre = "cm"
    case millimetre = "mm"

    /// Metres per unit.
    package var metres: Float {
        switch self {
        case .metre: 1
        case .centimetre: 0.01
        case .millimetre: 0.001
        }
    }
}
