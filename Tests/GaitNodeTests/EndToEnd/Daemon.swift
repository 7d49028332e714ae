import TestSupport

/// A gaitd process of the build under test; killed with the last reference to it.
final class Daemon {
    private let run: ProgramRun
    private let folder: TemporaryFolder?

    /// Starts gaitd with a configuration and a model of its own.
    ///
    /// - Parameters:
    ///   - configuration: YAML; the model's path is added if it names none.
    ///   - port: The broker's.
    convenience init(
        configuration: String, port: Int, environment: [String: String] = [:], arguments: [String] = []
    ) throws {
        let folder = try TemporaryFolder()
        try TestModel.write(to: folder.path("test.safetensors"))
        let model =
            configuration.contains("model:")
            ? "" : "model:\n  path: test.safetensors\n  lifter: \(PackageFolder.lifter)\n"
        let path = try folder.write("gaitd.yaml", model + configuration)
        let broker = Self.environment(port: port)
        try self.init(
            arguments: ["--config", path] + arguments,
            environment: broker.merging(environment) { $1 }, folder: folder)
    }

    /// Starts gaitd with a configuration file of the test's.
    convenience init(configuration path: String, broker port: Int) throws {
        try self.init(arguments: ["--config", path], environment: Self.environment(port: port))
    }

    /// What stands in for keys that a file does not name.
    private static func environment(port: Int) -> [String: String] {
        [
            "GAITD_MQTT_HOST": "127.0.0.1", "GAITD_MQTT_PORT": "\(port)",
            "GAITD_DEPLOYMENT_PURPOSE": "tests of gaitd", "GAITD_DEPLOYMENT_NOTICE": "nobody real is seen",
        ]
    }

    init(arguments: [String], environment: [String: String] = [:], folder: TemporaryFolder? = nil) throws {
        self.folder = folder
        run = try ProgramRun(ProgramRun.built("gaitd"), arguments, environment: environment)
    }

    func send(_ signal: Int32) { run.process.send(signal) }

    /// The exit code, waited for; nil if it does not end.
    func exitCode() -> Int32? { run.process.exitCode(within: 60) }

    /// What it wrote to standard error so far.
    var errorOutput: String { run.errors }
}
