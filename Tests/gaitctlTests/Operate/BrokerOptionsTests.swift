import TestSupport
import Testing

@Suite("Options of the broker", .encryptedBroker)
struct BrokerOptionsTests {
    @Test("an encrypted connection is made with --tls, and refused where the authority is not trusted")
    func encrypted() async throws {
        let certificates = try TestCertificates.shared.get()
        let settings = certificates.listener(.broker, clientCertificates: true)
        try await withBroker(settings: settings) { broker in
            let address = [
                "request", "info", "--timeout", "0.2", "--host", "localhost", "--port", "\(broker.port)",
                "--tls",
            ]
            let own = [
                "--certificate-file", certificates.certificate(.client), "--key-file",
                certificates.key(.client),
            ]
            try await Tool.run(address + own + ["--ca-file", certificates.authority])
                .expectFailure(1, saying: "n1 does not answer")
            try await Tool.run(address + own + ["--ca-file", certificates.otherAuthority])
                .expectFailure(1, saying: "an untrusted authority")
        }
    }

    @Test(
        "files that are missing, or belong to --tls, are refused",
        arguments: [
            (["--ca-file", "a"], 64, "need --tls"), (["--tls", "--key-file", "a"], 64, "need each other"),
            (["--tls", "--ca-file", "/nowhere.pem"], 78, "/nowhere.pem"),
            (["--password-file", "a"], 64, "--username"),
        ])
    func refusals(options: [String], status: Int, text: String) async throws {
        let result = try await Tool.run(["request", "info"] + options)
        #expect(result.status == Int32(status) && result.errors.contains(text), "\(result)")
    }
}
