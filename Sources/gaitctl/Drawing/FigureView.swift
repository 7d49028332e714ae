import ArgumentParser
import Foundation

/// Where a walker is looked at from, relative to where the walker is heading.
enum FigureView: String, CaseIterable, ExpressibleByArgument {
    /// From ahead: the walker's left is on the viewer's right.
    case front
    /// From the walker's right: the walk goes to the right.
    case side
    /// From between ahead and the walker's right.
    case oblique

    /// The angle around the walker, radians: 0 ahead, a quarter turn at the walker's right.
    private var azimuth: Double {
        switch self {
        case .front: 0
        case .side: .pi / 2
        case .oblique: 0.85
        }
    }

    /// How far the camera looks down, radians: enough to see the ground.
    private var elevation: Double {
        switch self {
        case .front: 0.17
        case .side: 0.15
        case .oblique: 0.2
        }
    }

    /// A place in the walker's axes (forward, left, up) on the picture: right and down, in the same unit.
    func project(_ place: SIMD3<Double>) -> SIMD2<Double> {
        let right = place.y * cos(azimuth) + place.x * sin(azimuth)
        let towards = place.x * cos(azimuth) - place.y * sin(azimuth)
        return SIMD2(right, towards * sin(elevation) - place.z * cos(elevation))
    }

    /// How much flatter a circle on the ground looks.
    var groundFlattening: Double { sin(elevation) }
}
