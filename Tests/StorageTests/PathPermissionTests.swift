import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite("Whether files can be kept at a path")
struct PathPermissionTests {
    @Test("a folder of one's own, a file in it and what is still missing below it can be kept")
    func own() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "x")
        for path in ["", "file", "absent", "a/b/c"] {
            #expect(PathPermission.fault(of: folder.path(path)) == nil, "\(path)")
        }
    }

    @Test(
        "what belongs to another user is named, but for files of other programs",
        .enabled(if: geteuid() == 0, "only root may give files away")
    )
    func owner() throws {
        let folder = try TemporaryFolder()
        for name in ["step-0001.json", "lost+found"] {
            try folder.write(name, "x")
            #expect(chown(folder.path(name), 54_321, 54_321) == 0)
        }
        for path in [folder.path, folder.path("step-0001.json")] {
            let fault = PathPermission.fault(of: path)
            #expect(fault?.contains("/step-0001.json belongs to user 54321") == true, "\(fault ?? "none")")
        }
        try FileManager.default.removeItem(atPath: folder.path("step-0001.json"))
        #expect(PathPermission.fault(of: folder.path) == nil)
    }

    @Test("a place below a file is named with the system's reason")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", "x")
        #expect(PathPermission.fault(of: file + "/below") == "\(file)/below: not a directory")
    }
}
