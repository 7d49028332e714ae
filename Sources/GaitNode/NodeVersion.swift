/// The version of this program, as `info` and `gaitd --version` give it.
package enum NodeVersion {
    package static let current = "0.1.0"
}
