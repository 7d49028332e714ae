import NeuralNetwork

/// The command line of gaitd, small enough to parse without a library.
package struct DaemonArguments: Sendable, Equatable {
    /// What the command line requests.
    package enum Action: Sendable, Equatable {
        case run
        case checkConfiguration
        case printHelp
        case printVersion
    }

    package var action = Action.run
    /// The configuration file.
    package var configurationPath = "/etc/gaitd/gaitd.yaml"

    /// - Parameter arguments: Without the program's own name.
    /// - Throws: `GaitNodeError.usage` naming the argument that is unknown or lacks its value.
    package init(_ arguments: [String]) throws(GaitNodeError) {
        var remaining = arguments[...]
        while let argument = remaining.popFirst() {
            switch argument {
            case "--config":
                guard let path = remaining.popFirst() else { throw .usage(argument: argument) }
                configurationPath = path
            case "--check-config": action = .checkConfiguration
            case "--help", "-h": action = .printHelp
            case "--version": action = .printVersion
            default: throw .usage(argument: argument)
            }
        }
    }

    /// What `--check-config` prints for a valid configuration.
    package var verdict: String { "\(configurationPath) is valid" }

    /// What `--help` prints.
    package static let help = """
        gaitd reads people's skeletons from MQTT and publishes the emotions that their gaits are perceived as.

        USAGE: gaitd [--config PATH] [--check-config] [--version] [--help]

          --config PATH    configuration file (default: /etc/gaitd/gaitd.yaml)
          --check-config   check the configuration and the model file, and exit
          --version        print the version, and exit
          --help           print this text, and exit

        Environment variables override the file: GAITD_MQTT_HOST overrides mqtt.host, and so on.
        SIGHUP reloads the configuration; a log line names the keys that now apply and those that need a restart.
        Exit codes: 0 stopped on request, 1 failure, 64 wrong arguments, 78 wrong configuration or model file.

        EXAMPLE: GAITD_MQTT_HOST=robot.local gaitd --config config/gaitd.yaml
        """
}

/// Sets up the whole process. Call this before anything else, since it may restart the program.
///
/// One thread per matrix product: gaits are too small to gain from more, and other programs need the robot's cores.
///
/// - Throws: `GaitNodeError.resources` if the process may have too few threads, file descriptors or too little memory.
package func prepareProcess(for action: DaemonArguments.Action) throws(GaitNodeError) {
    BLAS.useFittingKernels()
    if action == .run { StopSignals.install() }
    try ProcessLimits.check()
    BLAS.useThreads(1)
}

/// The version of this program, as `info` and `gaitd --version` give it.
package enum NodeVersion {
    package static let current = "0.1.0"
}
