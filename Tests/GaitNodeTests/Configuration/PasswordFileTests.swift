import Foundation
import TestSupport
import Testing

@testable import GaitNode

@Suite("Password file")
struct PasswordFileTests {
    @Test("the line end is not part of the password, inner and leading spaces are")
    func trimming() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("password", " s3 cret\n")
        #expect(try PasswordFile(path: path, key: "k").password == " s3 cret")
    }

    @Test(
        "a file that every user may read is noticed",
        arguments: [(0o644, true), (0o600, false), (0o640, false)])
    func permissions(mode: Int, isWorldReadable: Bool) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("password", "secret\n")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(try PasswordFile(path: path, key: "k").isWorldReadable == isWorldReadable)
    }

    @Test("a missing or empty file is refused")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write("password", "\n")
        #expect(throws: GaitNodeError.unusableFile(path: empty, key: "k", reason: "it is empty")) {
            try PasswordFile(path: empty, key: "k")
        }
        #expect(throws: GaitNodeError.unusableFile(path: "/nowhere", key: "k", reason: "it cannot be read")) {
            try PasswordFile(path: "/nowhere", key: "k")
        }
    }
}
