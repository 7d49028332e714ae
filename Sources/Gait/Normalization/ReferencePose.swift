/// The pose that `ViewNormalization.referencePose` turns gaits to: that of the E-Gait data, in its normalised
/// units.
package enum ReferencePose {
    /// The 16 positions in the order of `Joint`, y up, about 0.7 to 0.84 units per metre, facing -z.
    package static let positions: [SIMD3<Float>] = [
        SIMD3(0.0, 0.0, 0.0),
        SIMD3(0.017712, 0.186577, -0.04048),
        SIMD3(0.036515, 0.384643, -0.083452),
        SIMD3(0.045427, 0.476034, -0.192289),
        SIMD3(-0.074992, 0.34329, -0.103495),
        SIMD3(-0.189019, 0.163822, -0.170964),
        SIMD3(-0.121591, -0.016739, -0.1358),
        SIMD3(0.127436, 0.306377, -0.094709),
        SIMD3(0.144955, 0.126104, 0.036184),
        SIMD3(0.144955, -0.061721, -0.022563),
        SIMD3(-0.110837, -0.003898, -0.009683),
        SIMD3(-0.095908, -0.36155, -0.011722),
        SIMD3(-0.061286, -0.483319, 0.313027),
        SIMD3(0.110017, -0.003902, 0.016947),
        SIMD3(0.096613, -0.342249, -0.096763),
        SIMD3(0.078126, -0.667029, 0.021021),
    ]
}
