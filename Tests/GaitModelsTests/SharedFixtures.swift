import Foundation

/// The files beside the project that tests compare with. Tests that need them are skipped where they are
/// absent.
enum SharedFixtures {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/fixtures")

    /// Whether ../shared is there.
    static let areThere = FileManager.default.fileExists(atPath: path("step-baseline-official.safetensors"))

    static func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }
}
