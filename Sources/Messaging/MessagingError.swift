import Glibc

package enum MessagingError: Error, Equatable, CustomStringConvertible {
    case invalidHost(String)
    case invalidClientIdentifier(String)
    case passwordWithoutUsername
    case certificateWithoutKey
    case settingOutOfRange(name: String, value: Int, range: ClosedRange<Int>)
    case invalidTopic(String)
    case invalidFilter(String)
    case invalidName(kind: String, value: String)
    case payloadTooLarge(topic: String, bytes: Int, limit: Int)
    case alreadyStarted
    case stopped
    /// A call of the operating system failed, with its `errno`.
    case system(call: String, code: Int32)
    /// A message holds a number that JSON cannot express, or otherwise cannot be encoded.
    case encoding(message: String, reason: String)
    /// A recording cannot be read, written or published; the text says which, and why.
    case recording(String)

    package var description: String {
        switch self {
        case .invalidHost(let host):
            "'\(host)' is not a host name; use the broker's name or address"
        case .invalidClientIdentifier(let identifier):
            "'\(identifier)' is not an MQTT client identifier; give 1 to 256 bytes without a NUL"
        case .passwordWithoutUsername:
            "the broker's password lacks a user name; give both or neither"
        case .certificateWithoutKey:
            "a client certificate needs its key, and a key its certificate; give both or neither"
        case .settingOutOfRange(let name, let value, let range):
            "the MQTT setting \(name) is \(value); it must be from \(range.lowerBound) to \(range.upperBound)"
        case .invalidTopic(let topic):
            "'\(topic)' is not a valid topic to publish to; it must be 1 to 65535 bytes without + and #"
        case .invalidFilter(let filter):
            "'\(filter)' is not a valid topic filter"
        case .invalidName(let kind, let value):
            "the \(kind) '\(value)' is not allowed in a topic; it must match [A-Za-z0-9_.-]{1,64}"
        case .payloadTooLarge(let topic, let bytes, let limit):
            "the payload for '\(topic)' has \(bytes) bytes; at most \(limit) can be published"
        case .alreadyStarted:
            "the MQTT client was started twice; create another one instead"
        case .stopped:
            "the MQTT client has stopped and publishes no more messages"
        case .system(let call, let code):
            "\(call) failed: \(String(cString: strerror(code))); the process may be out of threads, file descriptors or memory"
        case .encoding(let message, let reason):
            "a \(message) message cannot be written as JSON: \(reason)"
        case .recording(let reason): reason
        }
    }
}
