import Foundation
import Testing

@Suite("Command line")
struct CommandLineTests {
    @Test("every command's help has an example", arguments: ["features", "simulate"])
    func help(command: String) throws {
        let result = try GaitctlProcess.run(command, "--help")
        #expect(result.status == 0)
        #expect(result.output.contains("  gaitctl \(command) --"))
    }

    @Test(
        "wrong usage ends with 64 and says why",
        arguments: [
            ["features"], ["features", "--cases", "a", "--dataset", "b"], ["simulate", "--fps", "0"],
            ["simulate", "--emotions", "bored"], ["simulate", "--layout", "cube"],
            ["simulate", "--password-file", "x"], ["no-such-command"],
        ])
    func usage(arguments: [String]) throws {
        let result = try GaitctlProcess(arguments).finish()
        #expect(result.status == 64)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("Error: "))
    }

    @Test("a failure ends with 1 and one line, with --json too")
    func failure() throws {
        for arguments in [
            ["features", "--dataset", "/nowhere"], ["features", "--dataset", "/nowhere", "--json"],
        ] {
            let result = try GaitctlProcess(arguments).finish()
            #expect(result.status == 1)
            #expect(result.output == "")
            #expect(result.errors == "gaitctl: /nowhere/features.h5: there is no such file\n")
        }
    }

    @Test("an unreadable password file is a configuration error, 78")
    func configuration() throws {
        let result = try GaitctlProcess.run("simulate", "--username", "me", "--password-file", "/nowhere")
        #expect(result.status == 78)
        #expect(result.errors == "gaitctl: /nowhere: the password cannot be read\n")
    }

    @Test("no broker is a failure that names the address")
    func noBroker() throws {
        let port = try TestBroker.freePort()
        let result = try GaitctlProcess.run("simulate", "--host", "127.0.0.1", "--port", "\(port)")
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("gaitctl: no connection to the broker at 127.0.0.1:\(port): "))
    }

    @Test(
        "Ctrl-C ends a simulation with its summary and 0", .enabled(if: hasMosquitto, "mosquitto is absent"))
    func interrupted() throws {
        let result = try TestBroker.run { port in
            let simulation = try GaitctlProcess(["simulate", "--host", "127.0.0.1", "--port", "\(port)"])
            try simulation.interruptOnceAtWork()
            return try simulation.finish()
        }
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("frames="))
        #expect(result.output.split(separator: "\n").count == 1)
    }

    @Test("with --json stdout is one object", .enabled(if: hasMosquitto, "mosquitto is absent"))
    func json() throws {
        let result = try TestBroker.run { port in
            try GaitctlProcess.run(
                "simulate", "--host", "127.0.0.1", "--port", "\(port)", "--seconds", "0.5", "--json")
        }
        #expect(result.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Double]
        #expect(object == ["frames": 15, "messages": 30, "seconds": 0.5, "skipped": 0])
    }
}

/// Whether a broker can be started here.
let hasMosquitto = FileManager.default.isExecutableFile(atPath: "/usr/sbin/mosquitto")
