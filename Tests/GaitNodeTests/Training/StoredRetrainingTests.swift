import Foundation
import Gait
import GaitModels
import Simulation
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Retraining from a store")
struct StoredRetrainingTests {
    private let folder: TemporaryFolder
    private let store: GaitStore
    private let walk = Walker(emotion: .happy, seed: 1).gait(frames: Gait.windowFrames)
    /// A walk on the spot as a picture shows it.
    private let seen: ImageWindow

    init() throws {
        folder = try TemporaryFolder()
        store = try GaitStore(path: folder.path("gaits.sqlite"), minimumFreeBytes: 0)
        let walk = walk
        let rays = (0..<walk.frames).flatMap { frame in
            ImageWindow.joints.map { joint in
                let place =
                    walk.position(frame: frame, joint: joint) - walk.position(frame: frame, joint: .root)
                return SIMD2(place.x, -place.y) / 4
            }
        }
        seen = ImageWindow(
            rays: rays, confidences: rays.map { _ in 1 }, start: 0, end: 2.5, coverage: 1)
        let gait = NewGait(
            robot: "r", person: "1", subject: "1", label: "happy", start: 0, end: 2.5, gait: walk)
        var lifted = gait
        (lifted.subject, lifted.seen) = ("2", seen)
        try store.add([gait, lifted])
    }

    private func gaits(lifter: String?) throws -> [RetrainingGait] {
        StoredRetraining.gaits(
            try store.gaits(), try StoredRetraining.lifter(at: lifter, isNeeded: true) { _ in })
    }

    @Test("gaits that pictures showed are lifted anew")
    func lifted() throws {
        let gaits = try gaits(lifter: PackageFolder.lifter)
        let lifter = try Lifter(contentsOf: URL(filePath: PackageFolder.lifter))
        #expect(gaits.map(\.gait) == [walk, lifter.lift([seen])[0].gait])
        #expect(gaits.map(\.subject) == ["1", "2"])
    }

    @Test(
        "without a lifter they stay as they were stored, and a damaged lifter is an error if pictures showed any"
    )
    func unlifted() throws {
        #expect(try gaits(lifter: nil).map(\.gait) == [walk, walk])
        let damaged = try folder.write("lifter.safetensors", "none")
        var notes: [String] = []
        #expect(throws: ModelError.self) {
            try StoredRetraining.lifter(at: damaged, isNeeded: true) { notes.append($0) }
        }
        #expect(notes.isEmpty)
        let unneeded = try StoredRetraining.lifter(at: damaged, isNeeded: false) { notes.append($0) }
        #expect(unneeded == nil && notes.count == 1)
    }
}
