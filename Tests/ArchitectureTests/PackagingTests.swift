import Foundation
import TestSupport
import Testing

/// launch/package, with programs that stand in for the built ones; in the long run with those, in a Debian of its own.
@Suite("Debian package", .enabled(if: ScriptRun.find("dpkg-shlibdeps") != nil, "dpkg-dev is not installed"))
struct PackagingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("has its files in Debian's places, its dependencies, and man pages with the programs' help")
    func package() throws {
        let package = try build()
        let names = Set(try list(package, "--contents").compactMap { $0.split(separator: " ").last })
        for path in [
            "usr/bin/gaitd", "usr/bin/gaitctl", "usr/share/gaitd/models/step-default.safetensors",
            "usr/share/gaitd/launch/gaitd.launch.py", "usr/share/gaitd/launch/ros2/gaitd_bridge.py",
            "usr/lib/systemd/system/gaitd.service", "usr/lib/sysusers.d/gaitd.conf",
            "usr/lib/tmpfiles.d/gaitd.conf", "usr/share/man/man8/gaitd.8.gz",
            "usr/share/man/man1/gaitctl.1.gz", "usr/share/man/man1/gaitctl-model-list.1.gz",
            "usr/share/doc/gaitd/copyright", "etc/gaitd/gaitd.yaml",
        ] { #expect(names.contains("./" + path), "\(path)") }
        #expect(!names.contains { $0.contains("/usr/local/") || $0.contains("/etc/systemd") })
        let depends = try #require(try list(package, "--field", "Depends").first)
        #expect(depends.hasPrefix("libc6 (>= 2."))
        #expect(try #require(try list(package, "--field", "Version").first).hasSuffix("-3"))

        let unpacked = folder.path("unpacked")
        try #require(try ScriptRun("/usr/bin/dpkg-deb", ["--raw-extract", package, unpacked]).status == 0)
        let configurations = try String(contentsOfFile: unpacked + "/DEBIAN/conffiles", encoding: .utf8)
        #expect(configurations == "/etc/gaitd/gaitd.yaml\n")
        for script in ["postinst", "prerm", "postrm"] {
            #expect(try ScriptRun("/bin/sh", ["-n", "\(unpacked)/DEBIAN/\(script)"]).status == 0)
        }
        let page = try ScriptRun(
            "/bin/gzip",
            ["--decompress", "--stdout", unpacked + "/usr/share/man/man1/gaitctl-model-list.1.gz"]
        ).output
        #expect(page.contains(".SH NAME\ngaitctl\\-model\\-list \\- Print the versions"))
        #expect(page.contains(".SH SYNOPSIS\n.nf\ngaitctl model list"))
        #expect(page.contains(#"\-\-registry"#) && !page.contains(folder.path))
    }

    @Test(
        "is installed, upgraded, removed and purged in a Debian of its own, where it needs no Swift",
        .enabled(
            if: FuzzedProcess.isLong && geteuid() == 0
                && FileManager.default.isExecutableFile(atPath: "/usr/sbin/debootstrap"),
            "only the long run as root, with debootstrap"))
    func chroot() throws {
        let first = try ScriptRun("launch/package", ["--out", folder.path])
        try #require(first.status == 0, "\(first.output.suffix(2000))")
        let programs = PackageFolder.path(".build-install/release")
        let second = try ScriptRun(
            "launch/package", ["--out", folder.path, "--revision", "2", "--programs", programs])
        try #require(second.status == 0, "\(second.output.suffix(2000))")
        let packages = try folder.contents().filter { $0.hasSuffix(".deb") }.map { folder.path($0) }
        try #require(packages.count == 2)
        if let lintian = ScriptRun.find("lintian") {
            // The person who builds it says who maintains it.
            let ignored = "bogus-mail-host,bogus-mail-host-in-debian-changelog,root-in-contact"
            let run = try ScriptRun(
                lintian,
                ["--allow-root", "--suppress-tags", ignored, "--fail-on", "error,warning", packages[0]])
            #expect(run.status == 0, "\(run.output)")
        }
        let run = try ScriptRun("Tests/Packaging/chroot", packages)
        #expect(run.status == 0, "\(run.output.suffix(2000))")
        #expect(run.output.hasSuffix("installed, upgraded, removed and purged\n"))
    }

    /// Builds a package; its path.
    private func build() throws -> String {
        let programs = folder.path("programs")
        try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        // Our own programs need a Swift that no Debian package has. These say the same, and are of the system's kind.
        for name in ["gaitd", "gaitctl"] {
            let source = try folder.write("\(name).c", Self.source(running: ProgramRun.built(name)))
            let compiler = try ScriptRun("/usr/bin/env", ["clang", "-o", "\(programs)/\(name)", source])
            try #require(compiler.status == 0, "\(compiler.output)")
        }
        let run = try ScriptRun(
            "launch/package", ["--out", folder.path("out"), "--revision", "3", "--programs", programs])
        try #require(run.status == 0, "\(run.output)")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).first)
        return folder.path("out") + "/" + name
    }

    private static func source(running program: String) -> String {
        """
        #include <unistd.h>
        int main(int count, char **arguments) { (void)count; return execv("\(program)", arguments); }
        """
    }

    private func list(_ package: String, _ action: String, _ more: String...) throws -> [String] {
        let run = try ProgramRun("/usr/bin/dpkg-deb", [action, package] + more)
        try #require(run.process.wait() == 0, "\(run.errors)")
        return run.output.split(separator: "\n").map(String.init)
    }
}
