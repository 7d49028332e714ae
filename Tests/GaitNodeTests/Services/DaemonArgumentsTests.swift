import Testing

@testable import GaitNode

@Suite("Daemon arguments")
struct DaemonArgumentsTests {
    @Test("without arguments the installed configuration is run")
    func defaults() throws {
        let arguments = try DaemonArguments([])
        #expect(arguments.action == .run && arguments.configurationPath == "/etc/gaitd/gaitd.yaml")
    }

    @Test("a path and an action are taken in any order")
    func order() throws {
        let one = try DaemonArguments(["--config", "a", "--check-config"])
        let other = try DaemonArguments(["--check-config", "--config", "a"])
        #expect(one == other && one.configurationPath == "a" && one.action == .checkConfiguration)
        #expect(try DaemonArguments(["--version"]).action == .printVersion)
        #expect(try DaemonArguments(["-h"]).action == .printHelp)
    }

    @Test("what is not known is refused by name", arguments: [["--port"], ["x"], ["--config"]])
    func refusals(arguments: [String]) {
        #expect(throws: GaitNodeError.usage(argument: arguments[0])) { try DaemonArguments(arguments) }
    }
}
