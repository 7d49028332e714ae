import Foundation

/// Certificates that `openssl` makes for a test: two authorities, and what they have signed.
package final class TestCertificates: Sendable {
    package enum Failure: Error { case command([String]) }

    /// What a certificate is for.
    package enum Kind: String, CaseIterable, Sendable {
        /// The broker's, for `localhost` and 127.0.0.1.
        case broker
        /// The broker's, for another host.
        case otherHost
        /// The broker's, for `localhost`, until yesterday.
        case expired
        /// A client's.
        case client
        /// A client's, signed by an authority that the broker does not trust.
        case stranger
    }

    package static let executable = "/usr/bin/openssl"
    /// Whether certificates can be made here.
    package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: executable) }
    /// Made once, since several tests need the same.
    package static let shared = Result { try TestCertificates() }

    private let folder: TemporaryFolder

    /// The authority of all but the stranger's certificate.
    package var authority: String { folder.path("authority.pem") }
    /// The stranger's.
    package var otherAuthority: String { folder.path("other.pem") }

    package func certificate(_ kind: Kind) -> String { folder.path("\(kind).pem") }
    package func key(_ kind: Kind) -> String { folder.path("\(kind).key") }
    /// The client's key, encrypted with the password `key-password`.
    package var encryptedKey: String { folder.path("client-encrypted.key") }

    private init() throws {
        folder = try TemporaryFolder()
        for name in ["authority", "other"] {
            try run([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                folder.path("\(name).key"), "-out", folder.path("\(name).pem"), "-days", "30", "-subj",
                "/CN=gaitd test \(name)",
            ])
        }
        for kind in Kind.allCases {
            let host = kind == .otherHost ? "DNS:elsewhere.example" : "DNS:localhost,IP:127.0.0.1"
            try run([
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key(kind),
                "-out", folder.path("request"), "-subj", "/CN=\(kind)", "-addext", "subjectAltName=\(host)",
            ])
            let signer = kind == .stranger ? "other" : "authority"
            try run([
                "x509", "-req", "-in", folder.path("request"), "-CA", folder.path("\(signer).pem"), "-CAkey",
                folder.path("\(signer).key"), "-CAcreateserial", "-copy_extensions", "copy", "-days",
                kind == .expired ? "-1" : "30", "-out", certificate(kind),
            ])
        }
        try run(["ec", "-in", key(.client), "-aes256", "-passout", "pass:key-password", "-out", encryptedKey])
    }

    /// Lines for mosquitto.conf that make the listener above them encrypted.
    package func listener(_ kind: Kind, clientCertificates: Bool = false) -> [String] {
        [
            "cafile \(authority)", "certfile \(certificate(kind))", "keyfile \(key(kind))",
            "require_certificate \(clientCertificates)",
        ]
    }

    private func run(_ arguments: [String]) throws {
        guard try ChildProcess(Self.executable, arguments).wait() == 0 else {
            throw Failure.command(arguments)
        }
    }
}
