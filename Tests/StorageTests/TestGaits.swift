import Foundation
import Gait
import TestSupport

@testable import Storage

/// Gaits for tests; their coordinates are different numbers each.
enum TestGaits {
    static func gait(_ number: Int = 1, frames: Int = 75) -> Gait {
        Gait(
            validated: (0..<frames * Gait.valuesPerFrame).map { Float($0) / 1000 + Float(number) * 17.125 })
    }

    static func new(
        _ label: String = "happy", subject: String = "r1/7/1", person: String = "7", robot: String = "r1",
        number: Int = 1, isSynthetic: Bool = false
    ) -> NewGait {
        NewGait(
            robot: robot, person: person, subject: subject, annotator: "anna", label: label, start: 100,
            end: 102.5,
            gait: gait(number), coverage: 0.97, isSynthetic: isSynthetic)
    }

    /// A store in a folder; no disk space is kept free, since a test's disk may be nearly full.
    static func store(in folder: TemporaryFolder, name: String = "gaits.sqlite") throws -> GaitStore {
        try GaitStore(path: folder.path(name), minimumFreeBytes: 0)
    }
}
