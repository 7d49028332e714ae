import Foundation
import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

struct EstimatorErrorsTests {
    private static let joints = ImageWindow.joints
    private static let foot = joints.firstIndex(of: .leftFoot) ?? 0

    /// An estimator that sees left feet too high, and little of their motion from ahead.
    private static func table(
        foot: EstimatorErrors.JointErrors, at bearings: [Float] = EstimatorCalibration.bearings
    ) -> EstimatorErrors {
        let exact = EstimatorErrors.JointErrors(
            offset: .zero, spread: .zero, gain: SIMD2(1, 1), residual: .zero, persistence: 0, confidence: 1)
        return EstimatorErrors(
            estimator: "test",
            directions: bearings.map { bearing in
                var errors = Dictionary(uniqueKeysWithValues: joints.map { ($0.name, exact) })
                errors[Joint.leftFoot.name] = foot
                return EstimatorErrors.Direction(bearing: bearing, windows: 1, joints: errors)
            })
    }

    private static let errors = EstimatorErrors.JointErrors(
        offset: SIMD2(0.1, -0.15), spread: .zero, gain: SIMD2(0.8, 0.4), residual: SIMD2(0.06, 0.09),
        persistence: 0.7, confidence: 0.6)

    /// A body whose torso is 0.3 of its height of 0.5, and whose feet swing.
    private static func window(_ number: Int) -> ImageWindow {
        let heights: [Joint: Float] = [
            .head: -0.25, .leftShoulder: -0.15, .rightShoulder: -0.15, .leftFoot: 0.25, .rightFoot: 0.25,
        ]
        var rays: [SIMD2<Float>] = []
        for frame in 0..<75 {
            let swing = sin(0.4 * Float(frame) + Float(number))
            for joint in joints {
                let side: Float =
                    joint.mirrored == joint ? 0 : joint.mirrored.rawValue > joint.rawValue ? 1 : -1
                var place = SIMD2(0.05 * side, heights[joint] ?? 0)
                if joint == .leftFoot || joint == .rightFoot { place += SIMD2(0.04, 0.06) * (side * swing) }
                rays.append(place)
            }
        }
        return ImageWindow(
            rays: rays, confidences: rays.map { _ in 1 }, start: 0, end: 2.5, coverage: 1)
    }

    @Test("errors that are imitated are found again", arguments: [0, 100, -100] as [Float])
    func roundTrip(bearing: Float) throws {
        var noise = KeypointNoise.none
        noise.estimator = Self.table(foot: Self.errors)
        var generator = SeededGenerator(seed: 1)
        var calibration = EstimatorCalibration()
        let heights = [Float](repeating: 0.5, count: 75)
        for number in 0..<200 {
            let truth = Self.window(number)
            let seen = noise(
                truth.rays, heights: heights, isShown: truth.rays.map { _ in true }, bearing: bearing,
                using: &generator)
            calibration.add(seen, truth: truth, bearing: bearing)
        }
        // All directions are needed.
        #expect(throws: ModelError.self) { try calibration.errors(of: "test") }
        for other in EstimatorCalibration.bearings {
            calibration.add(Self.window(0), truth: Self.window(0), bearing: other)
        }
        let found = try calibration.errors(of: "test")
        try found.validate()
        #expect(calibration.exchanged == 0 && calibration.count == 205)
        let direction = try #require(found.directions.max { $0.windows < $1.windows })
        #expect(direction.bearing == (bearing == 0 ? 0 : 90))
        let foot = try #require(direction.joints[Joint.leftFoot.name])
        #expect((foot.offset - Self.errors.offset).length < 0.04, "\(foot)")
        #expect((foot.gain - Self.errors.gain).length < 0.08, "\(foot)")
        #expect((foot.residual - Self.errors.residual).length < 0.03, "\(foot)")
        #expect(abs(foot.confidence - 0.6) < 0.05 && abs(foot.persistence - 0.7) < 0.1)
        let other = try #require(direction.joints[Joint.rightFoot.name])
        #expect(other.offset.length < 0.04 && (other.gain - 1).length < 0.08)
    }

    @Test("between two directions errors are between theirs, and from the right they are mirrored")
    func directions() {
        var table = Self.table(foot: Self.errors, at: [0])
        let exact = Self.table(
            foot: EstimatorErrors.JointErrors(
                offset: .zero, spread: .zero, gain: SIMD2(1, 1), residual: .zero, persistence: 0,
                confidence: 1), at: [100])
        table = EstimatorErrors(estimator: "test", directions: table.directions + exact.directions)
        #expect(table.joints(seenFrom: 0)[Self.foot] == Self.errors)
        #expect(abs(table.joints(seenFrom: 50)[Self.foot].offset.y + 0.075) < 1e-5)
        #expect(abs(table.joints(seenFrom: 410)[Self.foot].offset.y + 0.075) < 1e-5)
        #expect(table.joints(seenFrom: 170)[Self.foot].offset == .zero)
        let right = LifterJoints.rightFoot
        #expect((table.joints(seenFrom: -50)[right].offset - SIMD2(-0.05, -0.075)).length < 1e-5)
        #expect(table.joints(seenFrom: -50)[Self.foot].offset == .zero)
    }

    @Test("windows with left and right exchanged are left out")
    func exchanged() {
        var calibration = EstimatorCalibration()
        let truth = Self.window(0)
        let mirrored = ImageWindow(
            rays: truth.rays.map { SIMD2(-$0.x, $0.y) }, confidences: truth.confidences, start: 0, end: 2.5,
            coverage: 1)
        calibration.add(mirrored, truth: truth, bearing: 180)
        #expect(calibration.exchanged == 1 && calibration.count == 0)
    }

    @Test("a table with a joint missing, or a number out of bounds, is refused by name")
    func refused() {
        var errors = Self.errors
        errors.gain.y = 30
        for table in [
            Self.table(foot: errors), Self.table(foot: Self.errors, at: []),
            Self.table(foot: Self.errors, at: [90, 0]),
            EstimatorErrors(
                estimator: "test", directions: [.init(bearing: 0, windows: 1, joints: [:])]),
        ] {
            #expect(throws: ModelError.self) { try table.validate() }
        }
    }
}
