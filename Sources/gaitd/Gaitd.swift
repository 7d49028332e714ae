import Configuration
import Foundation
import GaitNode
import Logging
import ServiceLifecycle

/// The daemon: reads the configuration, assembles the node and runs it until it is told to stop.
@main
struct Gaitd {
    static func main() async {
        let levels = LogLevels()
        let logger = levels.logger(label: "gaitd")
        do {
            let arguments = try DaemonArguments(Array(CommandLine.arguments.dropFirst()))
            switch arguments.action {
            case .printHelp: return print(DaemonArguments.help)
            case .printVersion: return print(NodeVersion.current)
            case .run, .checkConfiguration: try prepareProcess(for: arguments.action)
            }
            let read: ConfigurationReload.Read = {
                let file = try ConfigurationFile(path: arguments.configurationPath)
                let environment = EnvironmentVariablesProvider().prefixKeys(with: "gaitd")
                let reader = ConfigReader(providers: [environment, try await file.provider()])
                return try NodeConfiguration(reader: reader, folder: file.folder)
            }
            let configuration = try await read()
            levels.settings = configuration.log
            ConfigurationTable.warnOfUnknownVariables(logger)
            let node = try build(configuration: configuration, logger: logger, levels: levels, read: read)
            if arguments.action == .checkConfiguration { return print(arguments.verdict) }
            try StopSignals.forward(to: node)
            try await node.run()
        } catch {
            logger.critical("\(explanation(of: error))")
            // Not exit: OpenBLAS would wait for a thread of its own that searches for memory.
            _exit((error as? GaitNodeError)?.exitCode ?? 1)
        }
    }
}
