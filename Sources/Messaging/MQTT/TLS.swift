extension MQTTClient {
    /// An encrypted connection, TLS 1.2 at least. The broker's certificate must come from an authority that is
    /// trusted, be in its time and name the host that was connected to: there is no way to do without that.
    package struct TLS: Sendable, Equatable {
        /// PEM file of the authorities that are trusted; nil for the system's, ``systemAuthorities``.
        package var authorityFile: String?
        /// PEM file of the client's own certificate, for brokers that ask for one.
        package var certificateFile: String?
        /// PEM file of that certificate's key; there if and only if `certificateFile` is.
        package var keyFile: String?
        /// The password of an encrypted key.
        package var keyPassword: String?

        /// Where Debian keeps the authorities that the system trusts.
        package static let systemAuthorities = "/etc/ssl/certs"

        package init(
            authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
            keyPassword: String? = nil
        ) {
            (self.authorityFile, self.certificateFile) = (authorityFile, certificateFile)
            (self.keyFile, self.keyPassword) = (keyFile, keyPassword)
        }
    }
}
