import Foundation
import Testing

/// launch/install below a folder of the test's own, with programs that stand in for the built ones.
final class InstallationTests {
    private let folder: String
    private var configuration: String { folder + "/etc/gaitd/gaitd.yaml" }
    private var unit: String { folder + "/etc/systemd/system/gaitd.service" }

    init() throws {
        folder = NSTemporaryDirectory() + "gaitd-install-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder + "/programs", withIntermediateDirectories: true)
        for program in ["gaitd", "gaitctl"] {
            try FileManager.default.copyItem(atPath: "/bin/true", toPath: "\(folder)/programs/\(program)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test("programs, model, configuration, user and service are put below the destination")
    func files() throws {
        #expect(try install().status == 0)
        for path in [
            "/usr/local/bin/gaitd", "/usr/local/bin/gaitctl",
            "/usr/local/share/gaitd/models/step-default.safetensors", "/etc/gaitd/gaitd.yaml",
            "/etc/systemd/system/gaitd.service", "/etc/sysusers.d/gaitd.conf", "/etc/tmpfiles.d/gaitd.conf",
        ] { #expect(FileManager.default.fileExists(atPath: folder + path), "\(path)") }
        let model = "path: /usr/local/share/gaitd/models/step-default.safetensors"
        #expect(try text(of: configuration).contains(model))
        let generator = "generator: /usr/local/share/gaitd/models/step-gen-default.safetensors"
        #expect(try text(of: configuration).contains(generator))
        #expect(try text(of: configuration).contains("  models: /usr/local/share/gaitd/models "))
        #expect(try text(of: configuration).contains("  path: /var/lib/gaitd/gaits.sqlite "))
        #expect(try text(of: configuration).contains("  registry: /var/lib/gaitd/models "))
    }

    @Test("with a prefix, the service and the configuration name the files below it")
    func prefix() throws {
        #expect(try install("--prefix", "/opt/gaitd").status == 0)
        #expect(
            try text(of: unit).contains("ExecStart=/opt/gaitd/bin/gaitd --config /etc/gaitd/gaitd.yaml\n"))
        #expect(try text(of: configuration).contains("path: /opt/gaitd/share/gaitd/models/"))
        #expect(try text(of: configuration).contains("generator: /opt/gaitd/share/gaitd/models/"))
        #expect(FileManager.default.isExecutableFile(atPath: folder + "/opt/gaitd/bin/gaitd"))
    }

    @Test("with the prefix /usr, everything that systemd reads is where packages have it")
    func packagePrefix() throws {
        #expect(try install("--prefix", "/usr").status == 0)
        for path in ["systemd/system/gaitd.service", "sysusers.d/gaitd.conf", "tmpfiles.d/gaitd.conf"] {
            #expect(FileManager.default.fileExists(atPath: "\(folder)/usr/lib/\(path)"), "\(path)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder + "/etc/systemd"))
    }

    @Test("an edited configuration is kept, and the shipped one is put beside it")
    func editedConfiguration() throws {
        #expect(try install().status == 0)
        let edited = "node:\n  id: door\n"
        try Data(edited.utf8).write(to: URL(fileURLWithPath: configuration))
        #expect(try install().status == 0)
        #expect(try text(of: configuration) == edited)
        #expect(try text(of: configuration + ".new").contains("min_confidence"))
    }

    @Test("an unedited configuration is left as it is, with nothing beside it")
    func uneditedConfiguration() throws {
        #expect(try install().status == 0)
        #expect(try install().status == 0)
        #expect(!FileManager.default.fileExists(atPath: configuration + ".new"))
    }

    @Test("removal leaves the configuration and nothing else")
    func removal() throws {
        #expect(try install().status == 0)
        #expect(try ScriptRun("launch/install", ["--destdir", folder, "--uninstall"]).status == 0)
        #expect(FileManager.default.fileExists(atPath: configuration))
        for path in ["/usr/local/bin/gaitd", "/usr/local/bin/gaitctl", "/usr/local/share/gaitd"] {
            #expect(!FileManager.default.fileExists(atPath: folder + path), "\(path)")
        }
        for path in [unit, folder + "/etc/sysusers.d/gaitd.conf", folder + "/etc/tmpfiles.d/gaitd.conf"] {
            #expect(!FileManager.default.fileExists(atPath: path), "\(path)")
        }
    }

    @Test("programs that are not there are refused by name")
    func missingPrograms() throws {
        let run = try ScriptRun("launch/install", ["--destdir", folder, "--programs", folder + "/none"])
        #expect(run.status == 1)
        #expect(run.output.contains(folder + "/none/gaitd"))
    }

    @Test(
        "systemd accepts the service and rates its exposure below 2",
        .enabled(if: ScriptRun.find("systemd-analyze") != nil, "systemd-analyze is not installed"))
    func service() throws {
        let program = try #require(ScriptRun.find("systemd-analyze"))
        #expect(try install().status == 0)
        // The program that the service starts is where it was installed only below the destination.
        let installed = try text(of: unit).replacing(
            "=/usr/local/bin/gaitd", with: "=\(folder)/usr/local/bin/gaitd")
        let copy = folder + "/gaitd.service"
        try Data(installed.utf8).write(to: URL(fileURLWithPath: copy))
        let verification = try ScriptRun(program, ["verify", copy])
        #expect(verification.status == 0 && verification.output.isEmpty, "\(verification.output)")
        let exposure = try ScriptRun(
            program, ["security", "--offline=true", "--no-pager", "--threshold=20", copy])
        #expect(exposure.status == 0, "\(exposure.output.suffix(200))")
    }

    @Test("passwords are handed over as credentials, and a reload is a signal to the daemon")
    func serviceSettings() throws {
        #expect(try install().status == 0)
        let lines = try text(of: unit).split(separator: "\n")
        for name in ["mqtt-password", "mqtt-key-password"] {
            #expect(lines.contains("LoadCredential=\(name):gaitd.\(name)"))
        }
        #expect(lines.contains("ExecReload=/bin/sh -c 'kill -HUP $MAINPID'"))
        #expect(lines.contains("StateDirectory=gaitd"))
    }

    @Test(
        "user and state folder are made as the service needs them",
        .enabled(
            if: geteuid() == 0 && ScriptRun.find("systemd-tmpfiles") != nil,
            "only root makes users, and systemd-tmpfiles folders"))
    func usersAndFolders() throws {
        #expect(try install("--prefix", "/usr").status == 0)
        for program in ["systemd-sysusers", "systemd-tmpfiles"] {
            let create = program == "systemd-tmpfiles" ? ["--create"] : []
            let run = try ScriptRun(
                try #require(ScriptRun.find(program)), create + ["--root=" + folder, "gaitd.conf"])
            #expect(run.status == 0, "\(run.output)")
        }
        let user = try #require(
            try text(of: folder + "/etc/passwd").split(separator: "\n").first { $0.hasPrefix("gaitd:") })
        let state = try FileManager.default.attributesOfItem(atPath: folder + "/var/lib/gaitd")
        #expect(state[.posixPermissions] as? Int == 0o750)
        #expect(user.split(separator: ":")[2] == "\(try #require(state[.ownerAccountID] as? Int))")
        #expect(user.hasSuffix("/nologin"))
    }

    private func install(_ arguments: String...) throws -> ScriptRun {
        try ScriptRun(
            "launch/install", ["--destdir", folder, "--programs", folder + "/programs"] + arguments)
    }

    private func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}
