import Foundation
import Gait
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("The real gaitd")
struct DaemonTests {
    /// Runs a test with a daemon that is online at a broker.
    private static func withDaemon(
        _ test: (Daemon, TestBroker, TestClient) async throws -> Void
    ) async throws {
        try await withBroker { broker, client in
            let daemon = try Daemon(configuration: "", port: broker.port)
            try await client.state(.online)
            try await test(daemon, broker, client)
        }
    }

    @Test("on SIGTERM it says stopped and is gone", arguments: [SIGTERM, SIGINT])
    func terminates(signal: Int32) async throws {
        try await Self.withDaemon { daemon, _, client in
            daemon.send(signal)
            try await client.state(.stopped)
            #expect(daemon.exitCode() == 0)
        }
    }

    @Test("it ends though the broker hangs")
    func hangingBroker() async throws {
        try await Self.withDaemon { daemon, broker, _ in
            broker.hang()
            daemon.send(SIGTERM)
            #expect(daemon.exitCode() == 0)
        }
    }

    @Test("it ends though the broker takes the connection and never answers")
    func silentBroker() throws {
        let silent = try #require(LoopbackSocket.listening())
        let daemon = try Daemon(configuration: "", port: silent.port)
        let connection = try #require(silent.accepted())
        #expect(!connection.received().isEmpty)
        daemon.send(SIGTERM)
        #expect(daemon.exitCode() == 0)
        #expect(!daemon.errorOutput.contains("critical"), "\(daemon.errorOutput)")
    }

    @Test("it ends at any moment of its start", arguments: [0, 5, 20, 50, 100, 200, 400])
    func startingUp(milliseconds: Int) async throws {
        let daemon = try Daemon(configuration: "", port: try TestBroker.freePort())
        try await Task.sleep(for: .milliseconds(milliseconds))
        daemon.send(SIGTERM)
        let code = try #require(daemon.exitCode())
        // Before its first line the signal's default applies.
        #expect(code == 0 || code == 128 + SIGTERM, "\(code)")
        #expect(!daemon.errorOutput.contains("critical"), "\(daemon.errorOutput)")
    }

    @Test("its log at a start and a stop has no warning")
    func quietStart() async throws {
        try await Self.withDaemon { daemon, _, client in
            try await client.info()
            daemon.send(SIGTERM)
            #expect(daemon.exitCode() == 0)
            #expect(!daemon.errorOutput.contains("warning"), "\(daemon.errorOutput)")
        }
    }

    @Test("the broker says offline when it was killed")
    func killed() async throws {
        try await Self.withDaemon { daemon, _, client in
            daemon.send(SIGKILL)
            try await client.state(.offline)
        }
    }

    @Test("what a run that was killed has left retained is cleared by the next one")
    func killedWithRetainedEmotions() async throws {
        try await withBroker { broker, client in
            let topic = "robots/r1/people/7/emotion"
            let configuration = "pipeline:\n  classify_every: 0.1\n"
            let killed = try Daemon(configuration: configuration, port: broker.port)
            let source = client.walk("7")
            try await client.emotion(of: "7")
            killed.send(SIGKILL)
            try await client.state(.offline)
            source.cancel()
            try await withClient(port: broker.port) { late in
                _ = try await late.first { $0.topic == topic && $0.retained }
            }

            let before = client.messages.count
            let next = try Daemon(configuration: configuration, port: broker.port)
            _ = try await client.first(from: before) { $0.topic == topic && $0.payload.isEmpty }
            try await client.people(from: before) { $0.isEmpty }
            try await withClient(port: broker.port) { late in
                try await late.people()
                #expect(!late.messages.contains { $0.topic == topic })
            }
            next.send(SIGTERM)
            #expect(next.exitCode() == 0)
        }
    }

    @Test("systemd is told that it is ready, though there is no broker, and that it stops")
    func notification() throws {
        let receiver = try DatagramReceiver()
        let daemon = try Daemon(
            configuration: "", port: try TestBroker.freePort(), environment: ["NOTIFY_SOCKET": receiver.path])
        #expect(receiver.receive() == "READY=1")
        daemon.send(SIGTERM)
        #expect(receiver.receive() == "STOPPING=1")
        #expect(daemon.exitCode() == 0)
    }

    @Test("systemd's watchdog is served")
    func watchdog() throws {
        let receiver = try DatagramReceiver()
        let daemon = try Daemon(
            configuration: "", port: try TestBroker.freePort(),
            environment: ["NOTIFY_SOCKET": receiver.path, "WATCHDOG_USEC": "1000000"])
        let messages = (0..<4).compactMap { _ in receiver.receive() }
        #expect(messages.filter { $0 == "WATCHDOG=1" }.count >= 3)
        daemon.send(SIGTERM)
        #expect(daemon.exitCode() == 0)
    }

    @Test(
        "a wrong configuration ends it with 78 and one line that names the fault",
        arguments: [
            ("mqtt:\n  hots: a\n", "unknown key 'mqtt.hots'", "did you mean 'mqtt.host'"),
            ("health:\n  interval: often\n", "'health.interval' has the value 'often'", "from 0.2 to 60"),
            ("mqtt:\n  password_file: missing\n  username: a\n", "missing", "cannot be read"),
            ("mqtt:\n  password_file: secret\n", "'mqtt.password_file'", "'mqtt.username' is not set"),
            ("model:\n  path: /nowhere.safetensors\n", "/nowhere.safetensors", "model.path"),
            ("a: [", "not a YAML mapping", "configuration file"),
        ])
    func wrongConfiguration(text: String, first: String, second: String) throws {
        let daemon = try Daemon(configuration: text, port: 1)
        #expect(daemon.exitCode() == 78)
        let output = daemon.errorOutput
        #expect(output.split(separator: "\n").count == 1, "\(output)")
        #expect(output.contains(first) && output.contains(second), "\(output)")
    }

    @Test("a damaged or unsuitable model ends it with 78", arguments: ["corrupt", "truncated", "labels"])
    func wrongModel(fault: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/model.safetensors"
        try TestModel.write(to: path, labels: fault == "labels" ? ["a", "b", "c", "d"] : TestModel.labels)
        let url = URL(fileURLWithPath: path)
        let data = try Data(contentsOf: url)
        if fault == "corrupt" { try Data(repeating: 0xA5, count: data.count).write(to: url) }
        if fault == "truncated" { try data.dropLast(7).write(to: url) }
        let daemon = try Daemon(configuration: "model:\n  path: \(path)\n", port: 1)
        #expect(daemon.exitCode() == 78)
        let output = daemon.errorOutput
        #expect(output.split(separator: "\n").count == 1 && output.contains(path), "\(output)")
    }

    @Test("a wrong environment variable is refused like a wrong key")
    func wrongEnvironment() throws {
        let daemon = try Daemon(configuration: "", port: 1, environment: ["GAITD_MQTT_PORT": "many"])
        #expect(daemon.exitCode() == 78)
        #expect(daemon.errorOutput.contains("'mqtt.port' has the value 'many'"))
    }

    @Test("an unknown argument ends it with 64, help and version with 0")
    func arguments() throws {
        for (argument, code) in [("--verbose", 64), ("--config", 64), ("--help", 0), ("--version", 0)] {
            #expect(try Daemon(arguments: [argument]).exitCode() == Int32(code), "\(argument)")
        }
    }

    @Test("without purpose and notice it does not start, and says what to write")
    func deployment() throws {
        for (key, variable) in [("purpose", "PURPOSE"), ("notice", "NOTICE")] {
            let daemon = try Daemon(
                configuration: "", port: 1, environment: ["GAITD_DEPLOYMENT_\(variable)": ""],
                arguments: ["--check-config"])
            #expect(daemon.exitCode() == 78)
            #expect(
                daemon.errorOutput.contains("'deployment.\(key)' is missing: write "), "\(daemon.errorOutput)"
            )
        }
    }

    @Test("on SIGHUP it takes over what it can, and says what needs a restart; a wrong file changes nothing")
    func reload() async throws {
        try await withBroker { broker, client in
            let folder = try TemporaryFolder()
            try TestModel.write(to: folder.path("test.safetensors"))
            func write(_ text: String) throws -> String {
                try folder.write("gaitd.yaml", "model: {path: test.safetensors}\n" + text)
            }
            let path = try write("log: {level: notice}\n")
            let daemon = try Daemon(configuration: path, broker: broker.port)
            try await client.info()
            _ = try write(
                "log: {level: notice, levels: {mqtt: error}}\npipeline: {smoothing: 0.5, person_timeout: 9}\nhealth: {interval: 0.5}"
            )
            daemon.send(SIGHUP)
            let info = try await client.info { $0.configuration["pipeline.smoothing"] == .number(0.5) }
            #expect(info.configuration["pipeline.person_timeout"] == .number(3))
            #expect(info.configuration["log.levels.mqtt"] == .string("error"))
            try await client.health { $0.uptime > 0.4 }
            #expect(
                Pause.until(within: 20) { daemon.errorOutput.contains("restart: pipeline.person_timeout") })
            #expect(
                daemon.errorOutput.contains(
                    "now applied: health.interval, log.levels.mqtt, pipeline.smoothing;")
            )
            _ = try write("pipeline: {smoothing: much}\n")
            daemon.send(SIGHUP)
            #expect(Pause.until(within: 20) { daemon.errorOutput.contains("the configuration is unchanged") })
            daemon.send(SIGTERM)
            #expect(daemon.exitCode() == 0)
        }
    }

    @Test("a good configuration is found valid without a broker, and nothing is written")
    func checkConfiguration() throws {
        let folder = try TemporaryFolder()
        let daemon = try Daemon(
            configuration: """
                model: {registry: \(folder.path("state/registry")), path: test.safetensors}
                store: {path: \(folder.path("state/gaits.sqlite"))}
                """, port: 1, arguments: ["--check-config"])
        #expect(daemon.exitCode() == 0)
        #expect(try folder.contents().isEmpty)
    }

    @Test(
        "a configuration that may not be read is not called missing",
        .enabled(if: geteuid() == 0, "only root may become another user"))
    func unreadableConfiguration() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("gaitd.yaml", "")
        #expect(chmod(path, 0o600) == 0)
        let user = ["--reuid=54321", "--regid=54321", "--clear-groups"]
        let run = try ProgramRun(
            "/usr/bin/setpriv", user + [ProgramRun.built("gaitd"), "--config", path, "--check-config"])
        #expect(run.process.exitCode(within: 60) == 78)
        #expect(run.errors.contains("cannot be read: permission denied"), "\(run.errors)")
    }
}
