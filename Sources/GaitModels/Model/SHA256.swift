import COpenSSL
import Foundation

/// SHA-256 (FIPS 180-4), by OpenSSL.
enum SHA256 {
    /// The digest of some bytes: 64 lowercase hexadecimal digits.
    static func hexadecimal(of bytes: some ContiguousBytes) -> String {
        String(unsafeUninitializedCapacity: 64) { text in
            let result = bytes.withUnsafeBytes { gaitd_sha256($0.baseAddress, $0.count, text.baseAddress) }
            precondition(result == 1, "OpenSSL has no SHA-256")
            return 64
        }
    }
}
