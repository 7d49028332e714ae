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
        "what belongs to another user is named", .enabled(if: geteuid() == 0, "only root may give files away")
    )
    func owner() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "x")
        #expect(chown(folder.path("file"), 54_321, 54_321) == 0)
        for path in ["", "file"] {
            let fault = PathPermission.fault(of: path.isEmpty ? folder.path : folder.path(path))
            #expect(fault?.contains("/file belongs to user 54321") == true, "\(fault ?? "none")")
        }
    }

    @Test("a place below a file is named with the system's reason")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", "x")
        #expect(PathPermission.fault(of: file + "/below") == "\(file)/below: not a directory")
    }
}
