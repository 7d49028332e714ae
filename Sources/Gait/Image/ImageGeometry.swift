import Foundation

/// The picture that two-dimensional joints were found in: what turns its pixels into rays.
///
/// The principal point is the picture's middle and pixels are square.
package struct ImageGeometry: Sendable, Equatable {
    /// The horizontal field of view that is assumed where the focal length is unknown, degrees.
    package static let assumedFieldOfView: Float = 65
    /// The largest accepted width and height, pixels.
    package static let largestSide: Float = 50_000
    /// The accepted focal lengths, as shares of the larger side: fields of view of 5 to 150 degrees.
    package static let focalShare: ClosedRange<Float> = 0.13...11.5
    /// The steepest accepted tilt, degrees.
    package static let largestTilt: Float = 90

    /// Pixels.
    package let width: Float
    package let height: Float
    /// Pixels; nil if unknown.
    package let focalLength: Float?
    /// How far the camera looks down, degrees, negative if it looks up; nil if unknown.
    package let tilt: Float?

    /// - Throws: ``ImageGeometryError`` that names the first number that cannot be right.
    package init(width: Float, height: Float, focalLength: Float? = nil, tilt: Float? = nil)
        throws(ImageGeometryError)
    {
        // Comparisons with what is not a number are false.
        guard width >= 1, width <= Self.largestSide else { throw .width }
        guard height >= 1, height <= Self.largestSide else { throw .height }
        if let focalLength {
            guard Self.focalShare.contains(focalLength / max(width, height)) else { throw .focalLength }
        }
        if let tilt { guard abs(tilt) <= Self.largestTilt else { throw .tilt } }
        (self.width, self.height, self.focalLength, self.tilt) = (width, height, focalLength, tilt)
    }

    /// The focal length, or the one of the assumed field of view, pixels.
    package var effectiveFocalLength: Float {
        focalLength ?? width / 2 / tan(Self.assumedFieldOfView / 2 * .pi / 180)
    }

    /// The ray through a pixel: tangents of its angles to the right and down from the optical axis.
    package func ray(_ pixel: SIMD2<Float>) -> SIMD2<Float> {
        (pixel - SIMD2(width, height) / 2) / effectiveFocalLength
    }
}

/// The number of an ``ImageGeometry`` that cannot be right, by its field in a message.
package enum ImageGeometryError: String, Error, CaseIterable {
    case width
    case height
    case focalLength = "focal_px"
    case tilt = "tilt_deg"
}
