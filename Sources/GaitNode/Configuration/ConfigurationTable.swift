import Foundation
package import Logging
import Messaging

/// Every configuration key there is. Reading, range checks, the check for unknown keys, what `info` publishes
/// and the documentation's table all follow from this one list.
package enum ConfigurationTable {
    static let nodeIdentifier = ConfigurationKey.text(
        "node.id", type: "name", default: "n1", allowed: "a name of up to 64 letters, digits, _ . or -",
        meaning: "Name of this node in its topics; one per broker.", isAllowed: Topics.isValidName)
    static let host = ConfigurationKey.text(
        "mqtt.host", type: "text", default: "localhost", allowed: "a host name or address",
        meaning: "Host of the MQTT broker."
    ) { !$0.isEmpty && $0.utf8.count <= 253 && !$0.contains(where: \.isWhitespace) }
    static let port = ConfigurationKey.wholeNumber(
        "mqtt.port", default: 1883, range: 1...65535, meaning: "TCP port of the MQTT broker.")
    static let username = ConfigurationKey.optionalText(
        "mqtt.username", type: "text", isSecret: true, meaning: "User name at the broker; none if absent.")
    static let passwordFile = ConfigurationKey.optionalText(
        "mqtt.password_file", type: "path", isSecret: true,
        meaning:
            "File that holds the password; systemd's credential `mqtt-password` if absent. A relative path starts at this file's folder."
    )
    static let keepAlive = ConfigurationKey.wholeNumber(
        "mqtt.keep_alive", default: 15, range: 5...3600,
        meaning: "Seconds between signs of life; the broker publishes `offline` after 1.5 times as long.")
    static let shareGroup = ConfigurationKey.optionalText(
        "mqtt.share_group", type: "name", allowed: "a name of up to 64 letters, digits, _ . or -",
        meaning:
            "Group of nodes that share the robots between them, at a broker that keeps a robot's messages together; none if absent.",
        isAllowed: Topics.isValidName)
    static let modelPath = ConfigurationKey.text(
        "model.path", type: "path", default: "models/step-default.safetensors", allowed: "a path",
        meaning: "Model file; a relative path starts at this file's folder."
    ) { !$0.isEmpty }
    static let modelRegistry = ConfigurationKey.optionalText(
        "model.registry", type: "path", isSecret: false,
        meaning:
            "Folder of the models that this robot has trained; while it is empty `model.path` is served. None if absent."
    )
    static let modelGenerator = ConfigurationKey.text(
        "model.generator", type: "path", default: "models/step-gen-default.safetensors", allowed: "a path",
        meaning:
            "Generator of synthetic gaits that a store without any begins with; where there is no such file it begins empty."
    ) { !$0.isEmpty }
    static let robots = ConfigurationKey.list(
        "sources.robots", type: "list of names", default: ["+"],
        allowed: "+ for every robot, or a list of names of up to 64 letters, digits, _ . or -",
        meaning: "Robots whose skeletons are read; `+` reads every robot's."
    ) { $0 == ["+"] || (!$0.isEmpty && $0.allSatisfy(Topics.isValidName)) }
    static let robotsPrefix = prefixKey(
        "topics.robots_prefix", default: "robots", meaning: "What the robots' topics begin with.")
    static let nodePrefix = prefixKey(
        "topics.node_prefix", default: "gaitd", meaning: "What the node's own topics begin with.")
    static let classifyEvery = ConfigurationKey.number(
        "pipeline.classify_every", default: 0.5, range: 0.05...60,
        meaning: "Seconds between two classifications of a person.")
    static let minimumConfidence = ConfigurationKey.optionalNumber(
        "pipeline.min_confidence", range: 0...1,
        meaning:
            "Largest smoothed probability below which the state is `uncertain`; the model's own where absent."
    )
    static let smoothing = ConfigurationKey.number(
        "pipeline.smoothing", default: 1.5, range: 0...60,
        meaning: "Time constant in seconds over which probabilities are averaged; 0 does not average.")
    static let maximumPeople = ConfigurationKey.wholeNumber(
        "pipeline.max_people", default: 64, range: 1...1024,
        meaning: "People followed at once; more are dropped and counted.")
    static let personTimeout = ConfigurationKey.number(
        "pipeline.person_timeout", default: 3, range: 0.2...600,
        meaning: "Seconds without a pose after which a person has left.")
    static let explain = ConfigurationKey.flag(
        "pipeline.explain", default: false,
        meaning:
            "Whether emotions come with the three joints that counted most; costs time, see *See and explain*."
    )
    static let healthInterval = ConfigurationKey.number(
        "health.interval", default: 10, range: 0.2...60, meaning: "Seconds between two health messages.")

    /// The documentation of every key, in the order in which it is printed.
    package static let rows: [ConfigurationRow] =
        [
            nodeIdentifier.row
        ] + deploymentRows + [
            host.row, port.row, username.row, passwordFile.row, keepAlive.row, shareGroup.row,
        ] + encryptionRows + [
            modelPath.row, modelRegistry.row, modelGenerator.row,
            robots.row, robotsPrefix.row, nodePrefix.row,
        ] + perceptionRows + [
            classifyEvery.row, minimumConfidence.row,
            smoothing.row, maximumPeople.row, personTimeout.row, explain.row,
        ] + storageRows + [healthInterval.row] + logRows

    /// The names of the keys whose new values are taken over while the node runs; the others need a restart.
    static let reloadable: Set<String> = Set(
        (deploymentRows + logRows + [
            classifyEvery.row, minimumConfidence.row, smoothing.row, maximumPeople.row, healthInterval.row,
        ]).map(\.name))

    /// Variables of an environment that look like keys of ours and are none, for a warning.
    package static func unknownVariables(
        in environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String] {
        let known = Set(rows.map(\.environmentVariable))
        return environment.keys.filter { $0.hasPrefix("GAITD_") && !known.contains($0) }.sorted()
    }

    /// Warns of every such variable.
    package static func warnOfUnknownVariables(_ logger: Logger) {
        for name in unknownVariables() {
            logger.warning("environment variable \(name) stands for no configuration key")
        }
    }

    /// A key whose value begins topics.
    private static func prefixKey(
        _ name: String, default defaultValue: String, meaning: String
    ) -> ConfigurationKey<String> {
        .text(
            name, type: "topic prefix", default: defaultValue,
            allowed: "names of up to 64 letters, digits, _ . or -, separated by slashes", meaning: meaning,
            isAllowed: Topics.isValidPrefix)
    }
}
