import Configuration
import Foundation
import GaitNode
import Logging
import ServiceLifecycle

/// The daemon: reads the configuration, assembles the node and runs it until it is told to stop.
@main
struct Gaitd {
    static func main() async {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "gaitd")
        do {
            let arguments = try DaemonArguments(Array(CommandLine.arguments.dropFirst()))
            switch arguments.action {
            case .printHelp: return print(DaemonArguments.help)
            case .printVersion: return print(NodeVersion.current)
            case .run, .checkConfiguration: prepareProcess()
            }
            let file = try ConfigurationFile(path: arguments.configurationPath)
            let reader = ConfigReader(providers: [
                EnvironmentVariablesProvider().prefixKeys(with: "gaitd"), try await file.provider(),
            ])
            let configuration = try NodeConfiguration(reader: reader, folder: file.folder)
            logger.logLevel = configuration.level
            for name in ConfigurationTable.unknownVariables() {
                logger.warning("environment variable \(name) stands for no configuration key")
            }
            let node = try build(configuration: configuration, logger: logger)
            if arguments.action == .checkConfiguration { return print("\(file.path) is valid") }
            try await node.run()
        } catch {
            logger.critical("\(error)")
            exit((error as? GaitNodeError)?.exitCode ?? 1)
        }
    }
}
