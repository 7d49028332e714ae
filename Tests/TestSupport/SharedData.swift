package import Foundation

/// The data beside the package, ../shared, that tests compare with. Tests that need it are skipped where it is
/// absent.
package enum SharedData {
    /// Whether it is there.
    package static let isThere =
        FileManager.default.fileExists(atPath: fixture("step-baseline-official.safetensors"))
        && FileManager.default.fileExists(atPath: dataset("emotion4"))

    /// The path of a file of expected values.
    package static func fixture(_ name: String) -> String { path("fixtures/\(name)") }

    /// Whether the inputs that imitate reported faults are there.
    package static let hasCases = FileManager.default.fileExists(atPath: testCase("README.md"))

    /// The path of such an input, which need not exist.
    package static func testCase(_ name: String) -> String { path("cases/\(name)") }

    /// The path of a data set.
    package static func dataset(_ name: String) -> String { path("data/\(name)") }

    /// The folder of the pose models.
    package static let models = path("models")

    /// The path of a pose model.
    package static func model(_ name: String) -> String { path("models/\(name)") }

    /// The folder of the walker's clip.
    package static let walkerFolder = path("media/walker")

    /// The path of a frame of the walker's clip.
    package static func walkerFrame(_ number: Int) -> String {
        let digits = String(number)
        return path("media/walker/\(String(repeating: "0", count: 4 - digits.count))\(digits).jpg")
    }

    private static func path(_ name: String) -> String {
        PackageFolder.url.deletingLastPathComponent().appending(path: "shared/\(name)")
            .path(percentEncoded: false)
    }
}

/// This package's own folder, found from this file's place.
package enum PackageFolder {
    package static let url = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The model that gaitd reads emotions with unless configured otherwise.
    package static let classifier = path("config/models/step-default.safetensors")

    /// The model that lifts joints in pictures unless configured otherwise.
    package static let lifter = path("config/models/lifter-default.safetensors")

    /// The path of a file, given relative to the folder.
    package static func path(_ name: String) -> String {
        url.appending(path: name).path(percentEncoded: false)
    }
}
