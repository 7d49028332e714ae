import Foundation

/// A gaitd process of the build under test; killed with the last reference to it.
final class Daemon {
    static let labels = ["angry", "happy", "neutral", "sad"]

    private let process = Process()
    private let folder: TemporaryFolder
    private let errorPath: String

    /// Starts gaitd with a configuration and a model of its own.
    ///
    /// - Parameters:
    ///   - configuration: YAML; the model's path is added if it names none.
    ///   - port: The broker's.
    convenience init(
        configuration: String, port: Int, environment: [String: String] = [:], arguments: [String] = []
    ) throws {
        let folder = try TemporaryFolder()
        try TestModel.write(to: folder.path + "/test.safetensors")
        let model = configuration.contains("model:") ? "" : "model:\n  path: test.safetensors\n"
        let path = try folder.write("gaitd.yaml", model + configuration)
        let broker = ["GAITD_MQTT_HOST": "127.0.0.1", "GAITD_MQTT_PORT": "\(port)"]
        try self.init(
            arguments: ["--config", path] + arguments,
            environment: broker.merging(environment) { $1 }, folder: folder)
    }

    init(arguments: [String], environment: [String: String] = [:], folder: TemporaryFolder? = nil) throws {
        self.folder = try folder ?? TemporaryFolder()
        errorPath = try self.folder.write("stderr", "")
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.executableURL = program.deletingLastPathComponent().appendingPathComponent("gaitd")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    func send(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }

    /// The exit code, waited for; nil if it still runs after the deadline.
    func exitCode(within seconds: Double) -> Int32? {
        let deadline = Date() + seconds
        while process.isRunning, Date() < deadline { usleep(2000) }
        return process.isRunning ? nil : process.terminationStatus
    }

    /// What it wrote to standard error so far.
    var errorOutput: String {
        (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? ""
    }
}
