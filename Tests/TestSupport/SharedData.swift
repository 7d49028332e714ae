import Foundation

/// The data beside the package, ../shared, that tests compare with. Tests that need it are skipped where it is
/// absent.
package enum SharedData {
    /// Whether it is there.
    package static let isThere =
        FileManager.default.fileExists(atPath: fixture("step-baseline-official.safetensors"))
        && FileManager.default.fileExists(atPath: dataset("emotion4"))

    /// The path of a file of expected values.
    package static func fixture(_ name: String) -> String { path("fixtures/\(name)") }

    /// The path of a data set.
    package static func dataset(_ name: String) -> String { path("data/\(name)") }

    private static func path(_ name: String) -> String {
        PackageFolder.url.deletingLastPathComponent().appending(path: "shared/\(name)")
            .path(percentEncoded: false)
    }
}
