import TestSupport
import Testing

@testable import Storage

@Suite("DiskSpace")
struct DiskSpaceTests {
    @Test("free bytes are those of the disk of a file that need not exist")
    func free() throws {
        let folder = try TemporaryFolder()
        #expect(DiskSpace.freeBytes(at: folder.path) > 0)
        #expect(DiskSpace.freeBytes(at: folder.path("none")) > 0)
        #expect(DiskSpace.freeBytes(at: "/nowhere/at/all") == 0)
    }
}
