import Foundation
import TestSupport
import Testing

struct CommandLineTests {
    @Test(
        "wrong usage ends with 64 and says why",
        arguments: [
            ["features"], ["features", "--cases", "a", "--dataset", "b"], ["simulate", "--fps", "0"],
            ["simulate", "--emotions", "bored"], ["simulate", "--layout", "cube"],
            ["simulate", "--password-file", "x"], ["simulate", "--units", "ft"], ["simulate", "--up", "x"],
            ["simulate", "--tilt", "91"], ["simulate", "--no-ids", "--watch"], ["no-such-command"],
        ])
    func usage(arguments: [String]) async throws {
        let result = try await GaitctlProcess.run(arguments)
        #expect(result.status == 64)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("Error: "))
    }

    @Test("a failure ends with 1 and one line, with --json too")
    func failure() async throws {
        for arguments in [
            ["features", "--dataset", "/nowhere"], ["features", "--dataset", "/nowhere", "--json"],
        ] {
            let result = try await GaitctlProcess.run(arguments)
            #expect(result.status == 1)
            #expect(result.output == "")
            #expect(result.errors == "gaitctl: /nowhere/features.h5: there is no such file\n")
        }
    }

    @Test("an unreadable password file is a configuration error, 78")
    func configuration() async throws {
        let result = try await GaitctlProcess.run(
            "simulate", "--username", "me", "--password-file", "/nowhere")
        #expect(result.status == 78)
        #expect(result.errors == "gaitctl: /nowhere: the password cannot be read\n")
    }

    @Test("axes and offsets may begin with a minus", .broker)
    func negativeValues() async throws {
        try await withBroker { broker in
            let result = try await GaitctlProcess.run(
                "simulate", "--seconds", "0.2", "--up", "-y",
                "--tilt", "-20", "--clock-offset", "-3600", "--clock-drift", "-100", "--confidence",
                "--no-ids",
                "--no-stamps", at: broker)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.hasPrefix("frames="))
        }
    }

    @Test("no broker is a failure that names the address")
    func noBroker() async throws {
        let port = try TestBroker.freePort()
        let result = try await GaitctlProcess.run("simulate", "--host", "127.0.0.1", "--port", "\(port)")
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("gaitctl: no connection to the broker at 127.0.0.1:\(port): "))
    }

    @Test("Ctrl-C ends a simulation with its summary and 0", .broker)
    func interrupted() async throws {
        try await withBroker { broker in
            let result = try await GaitctlProcess.run(["simulate"] + broker.options, isInterrupted: true)
            #expect(result.status == 0)
            #expect(result.output.hasPrefix("frames="))
            #expect(result.output.split(separator: "\n").count == 1)
        }
    }

    @Test("with --json stdout is one object", .broker)
    func json() async throws {
        try await withBroker { broker in
            let result = try await GaitctlProcess.run("simulate", "--seconds", "0.5", "--json", at: broker)
            #expect(result.status == 0)
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Double]
            #expect(object == ["frames": 15, "lost": 0, "messages": 30, "seconds": 0.5, "skipped": 0])
        }
    }
}
