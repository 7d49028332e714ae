import Foundation
import TestSupport
import Testing

@testable import GaitNode

@Suite("Control group of the training child")
struct TrainingCgroupTests {
    /// A folder with the files that the kernel would show.
    private static func service(idle: Bool) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("cgroup.subtree_control", "")
        for name in ["daemon", "training"] {
            try FileManager.default.createDirectory(
                atPath: folder.path(name), withIntermediateDirectories: false)
            try folder.write("\(name)/cgroup.procs", "")
        }
        for file in ["cpu.weight", "io.weight", "memory.max"] + (idle ? ["cpu.idle"] : []) {
            try folder.write("training/\(file)", "")
        }
        return folder
    }

    private static func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
        try String(contentsOfFile: folder.path(name), encoding: .utf8)
    }

    @Test("daemon and child are in groups of their own, the child's idle and bounded")
    func groups() throws {
        let folder = try Self.service(idle: true)
        let group = try #require(TrainingCgroup(service: folder.path, process: 12))
        #expect(group.take(34))
        #expect(try Self.text(folder, "daemon/cgroup.procs") == "12")
        #expect(try Self.text(folder, "training/cgroup.procs") == "34")
        #expect(try Self.text(folder, "training/cpu.idle") == "1")
        #expect(try Self.text(folder, "training/io.weight") == "default 1")
        #expect(try Self.text(folder, "training/memory.max") == "\(TrainingCgroup.memoryLimit)")
    }

    @Test("what is to end is idle no more; what comes after it is")
    func ending() throws {
        let folder = try Self.service(idle: true)
        let group = try #require(TrainingCgroup(service: folder.path, process: 12))
        group.setIdle(false)
        #expect(try Self.text(folder, "training/cpu.idle") == "0")
        #expect(group.take(35))
        #expect(try Self.text(folder, "training/cpu.idle") == "1")
    }

    @Test("an older kernel gets the smallest weight")
    func olderKernel() throws {
        let folder = try Self.service(idle: false)
        _ = try #require(TrainingCgroup(service: folder.path, process: 12))
        #expect(try Self.text(folder, "training/cpu.weight") == "1")
    }

    @Test("without systemd, or in a folder that is no group, there is none")
    func none() throws {
        #expect(TrainingCgroup.ofThisService(environment: [:]) == nil)
        #expect(TrainingCgroup(service: try TemporaryFolder().path, process: 12) == nil)
        #expect(TrainingCgroup(service: "/nowhere", process: 12) == nil)
    }
}
