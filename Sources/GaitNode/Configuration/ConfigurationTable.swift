import Foundation
package import Logging
import Messaging

/// Every configuration key, one row each. Reading, range checks, the check for unknown keys, what `info` publishes,
/// what a reload takes over and the documentation's table all follow from this list.
package enum ConfigurationTable {
    /// In the order in which the documentation prints them.
    package static let rows: [ConfigurationRow] =
        [
            ConfigurationRow(
                "node.id", \.nodeIdentifier, .name, default: "n1",
                "Name of this node in its topics; one per broker."),
            ConfigurationRow(
                "deployment.purpose", required: \.deployment.purpose, .text(upTo: 2000), reloadable: true,
                "What people's perceived emotions are used for here; not at work or in education, see *What the law asks*.",
                advice:
                    "write what people's perceived emotions are used for here, such as 'keep more distance from people who seem angry'; using them at the workplace or in education is prohibited in the EU"
            ),
            ConfigurationRow(
                "deployment.notice", required: \.deployment.notice, .text(upTo: 2000), reloadable: true,
                "How the people around the robot are told that emotions are read from their gait, and how they object.",
                advice:
                    "write how the people around the robot are told that emotions are read from their gait, such as 'sign at every entrance'; in the EU they have to be told"
            ),
            ConfigurationRow(
                "mqtt.host", \.broker.host, .host, default: "localhost", "Host of the MQTT broker."),
            ConfigurationRow(
                "mqtt.port", \.broker.port, .wholeNumber(1...65535), default: 1883,
                "TCP port of the MQTT broker."),
            ConfigurationRow(
                "mqtt.username", \.broker.username, .text(upTo: 65535), secret: true,
                "User name at the broker; none if absent."),
            ConfigurationRow(
                "mqtt.password_file", \.broker.passwordFile, .path, secret: true,
                "File that holds the password; systemd's credential `mqtt-password` if absent. A relative path starts at this file's folder."
            ),
            ConfigurationRow(
                "mqtt.keep_alive", \.broker.keepAlive, .wholeNumber(5...3600), default: 15,
                "Seconds between signs of life; the broker publishes `offline` after 1.5 times as long."),
            ConfigurationRow(
                "mqtt.share_group", \.broker.shareGroup, .name,
                "Group of nodes that share the robots between them, at a broker that keeps a robot's messages together; none if absent."
            ),
            ConfigurationRow(
                "mqtt.tls.enabled", \.broker.tls.isEnabled, .flag, default: false,
                "Whether the connection is encrypted: TLS 1.2 at least, the broker's certificate and host checked."
            ),
            ConfigurationRow(
                "mqtt.tls.ca_file", \.broker.tls.authorityFile, .path, secret: true,
                "PEM file of the authorities that may sign the broker's certificate; the system's if absent."),
            ConfigurationRow(
                "mqtt.tls.certificate_file", \.broker.tls.certificateFile, .path, secret: true,
                "PEM file of this node's own certificate, for brokers that ask for one."),
            ConfigurationRow(
                "mqtt.tls.key_file", \.broker.tls.keyFile, .path, secret: true,
                "PEM file of that certificate's key."),
            ConfigurationRow(
                "mqtt.tls.key_password_file", \.broker.tls.keyPasswordFile, .path, secret: true,
                "File that holds the key's password, if it has one; systemd's credential `mqtt-key-password` if absent."
            ),
            ConfigurationRow(
                "model.path", \.modelPath, .path, default: "models/step-default.safetensors",
                "Model file; a relative path starts at this file's folder."),
            ConfigurationRow(
                "model.registry", \.modelRegistry, .path,
                "Folder of the models that this robot has trained; while it is empty `model.path` is served. None if absent."
            ),
            ConfigurationRow(
                "model.generator", \.modelGenerator, .path, default: "models/step-gen-default.safetensors",
                "Generator of a store's first synthetic gaits; without the file the store starts empty."),
            ConfigurationRow(
                "sources.robots", \.robots, .robots, default: ["+"],
                "Robots whose skeletons are read; `+` reads every robot's."),
            ConfigurationRow(
                "topics.robots_prefix", \.robotsPrefix, .topicPrefix, default: "robots",
                "What the robots' topics begin with."),
            ConfigurationRow(
                "topics.node_prefix", \.nodePrefix, .topicPrefix, default: "gaitd",
                "What the node's own topics begin with."),
            ConfigurationRow(
                "perception.enabled", \.perception.isEnabled, .flag, default: true,
                "Whether camera frames are processed; skeletons are read in any case."),
            ConfigurationRow(
                "perception.models", \.perception.modelsPath, .path, default: "models",
                "Folder of the two pose models, or their `.task` bundle; without them camera frames are not processed."
            ),
            ConfigurationRow(
                "perception.max_people", \.perception.maximumPeople, .wholeNumber(1...32), default: 6,
                "People followed at once in front of each camera."),
            ConfigurationRow(
                "perception.max_frame_kb", \.perception.maximumFrameKilobytes, .wholeNumber(16...65_536),
                default: 4096, "Size of a camera frame in kB above which it is rejected."),
            ConfigurationRow(
                "pipeline.classify_every", \.pipeline.classifyEvery, .number(0.05...60), default: 0.5,
                reloadable: true, "Seconds between two classifications of a person."),
            ConfigurationRow(
                "pipeline.min_confidence", \.pipeline.minimumConfidence, .number(0...1),
                absent: .number(EmotionDecision.defaultMinimumConfidence), reloadable: true,
                "Largest smoothed probability below which the state is `uncertain`; the model's own if absent."
            ),
            ConfigurationRow(
                "pipeline.smoothing", \.pipeline.smoothing, .number(0...60), default: 1.5, reloadable: true,
                "Time constant in seconds over which probabilities are averaged; 0 does not average."),
            ConfigurationRow(
                "pipeline.max_people", \.pipeline.maximumPeople, .wholeNumber(1...1024), default: 64,
                reloadable: true, "People followed at once; more are dropped and counted."),
            ConfigurationRow(
                "pipeline.person_timeout", \.pipeline.personTimeout, .number(0.2...600), default: 3,
                "Seconds without a pose after which a person has left."),
            ConfigurationRow(
                "pipeline.explain", \.pipeline.explain, .flag, default: false,
                "Whether emotions come with the three joints that counted most; costs time, see *See and explain*."
            ),
            ConfigurationRow(
                "store.path", \.store.path, .path,
                "SQLite file of the labelled gaits; without it labels are refused."),
            ConfigurationRow(
                "store.retention_days", \.store.retentionDays, .wholeNumber(0...36_500), default: 365,
                "Days after which a labelled gait is deleted; 0 keeps it forever."),
            ConfigurationRow(
                "store.max_gaits", \.store.maximumGaits, .wholeNumber(10...1_000_000), default: 20_000,
                "Labelled gaits that are kept, 15 kB each; the oldest are deleted."),
            ConfigurationRow(
                "store.min_free_mb", \.store.minimumFreeMegabytes, .wholeNumber(1...1_000_000), default: 256,
                "Free disk space in MB below which labels and retraining are refused."),
            ConfigurationRow(
                "retrain.enabled", \.retrain.isEnabled, .flag, default: true,
                "Whether this robot retrains; it needs `store.path` and `model.registry`."),
            ConfigurationRow(
                "retrain.daily_at", \.retrain.dailyAt, .timeOfDay, default: "03:00",
                "Local time of day at which to retrain if there are new labels; `never` for not at all."),
            ConfigurationRow(
                "retrain.every_labels", \.retrain.everyLabels, .wholeNumber(0...1_000_000), default: 0,
                "New labels after which to retrain; 0 for never."),
            ConfigurationRow(
                "retrain.allowed_hours", \.retrain.allowedHours, .hours, default: "0-24",
                "Hours of the day in which a retraining may start by itself."),
            ConfigurationRow(
                "retrain.threads", \.retrain.threads, .wholeNumber(1...64), default: 1,
                "Threads of the training process."),
            ConfigurationRow(
                "retrain.timeout_s", \.retrain.timeout, .number(0.1...604_800), default: 3600,
                "Seconds after which the training process is ended."),
            ConfigurationRow(
                "retrain.budget_s", \.retrain.budget, .number(1...604_800), default: 600,
                "Seconds that the training plans for, unless a request gives others."),
            ConfigurationRow(
                "retrain.max_load", \.retrain.maximumLoad, .number(0.01...64), default: 0.9,
                "Load average of the last minute per core above which no retraining starts by itself."),
            ConfigurationRow(
                "retrain.max_temperature_c", \.retrain.maximumTemperature, .number(1...150), default: 75,
                "Temperature in degrees Celsius, of the hottest zone, above which none starts by itself."),
            ConfigurationRow(
                "retrain.min_gaits_per_class", \.retrain.minimumGaitsPerClass, .wholeNumber(1...1_000_000),
                default: 30,
                "Labelled gaits that each emotion must have; a third of them is held out to compare models."),
            ConfigurationRow(
                "retrain.min_balanced_accuracy", \.retrain.minimumBalancedAccuracy, .number(0...1),
                default: 0.5,
                "Balanced accuracy that a new model's lower bound must exceed for it to be served."),
            ConfigurationRow(
                "retrain.max_recall_drop", \.retrain.maximumRecallDrop, .number(0...1), default: 0.1,
                "Recall that an emotion may lose with a new model."),
            ConfigurationRow(
                "retrain.epochs", \.retrain.epochs, .wholeNumber(1...10_000), default: 20,
                "Epochs of the classifier, unless a request gives others."),
            ConfigurationRow(
                "retrain.augment_per_class", \.retrain.augmentPerClass, .wholeNumber(0...10_000), default: 20,
                "Synthetic gaits made for each emotion, unless a request gives others."),
            ConfigurationRow(
                "retrain.keep_versions", \.retrain.keepVersions, .wholeNumber(1...1000), default: 5,
                "Model versions that are kept, besides those that serve, served before or are pinned."),
            ConfigurationRow(
                "retrain.program", \.retrain.program, .path,
                "The gaitctl that trains; the one beside gaitd if absent."),
            ConfigurationRow(
                "health.interval", \.healthInterval, .number(0.2...60), default: 10, reloadable: true,
                "Seconds between two health messages."),
            ConfigurationRow(
                "log.level", \.log.level, .logLevel, default: .info, reloadable: true,
                "Least severe log lines that are written to standard error."),
        ]
        + Subsystem.allCases.map { subsystem in
            ConfigurationRow(
                "log.levels.\(subsystem.rawValue)", \.log.subsystems[subsystem], .logLevel, reloadable: true,
                "The same for \(subsystem.meaning); `log.level` if absent.")
        }

    /// The name of the key whose value goes to `path`, for errors.
    static func name(_ path: PartialKeyPath<NodeConfiguration>) -> String {
        rows.first { $0.path == path }?.name ?? "?"
    }

    /// Environment variables that look like keys of ours and are not.
    package static func unknownVariables(
        in environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String] {
        let known = Set(rows.map(\.environmentVariable))
        return environment.keys.filter { $0.hasPrefix("GAITD_") && !known.contains($0) }.sorted()
    }

    /// Warns of every such variable.
    package static func warnOfUnknownVariables(_ logger: Logger) {
        for name in unknownVariables() {
            logger.warning("environment variable \(name) does not match any configuration key")
        }
    }
}

extension Subsystem {
    fileprivate var meaning: String {
        switch self {
        case .mqtt: "the connection to the broker"
        case .pipeline: "the way from skeletons to emotions"
        case .perception: "the way from camera frames to skeletons"
        case .requests: "requests and labels"
        case .training: "retraining and the change of models"
        }
    }
}

extension ConfigurationKind<String> {
    fileprivate static var host: Self {
        text(allowed: "a host name or address") {
            !$0.isEmpty && $0.utf8.count <= 253 && !$0.contains(where: \.isWhitespace)
        }
    }
    fileprivate static var timeOfDay: Self {
        text("time", allowed: "a time of day from 00:00 to 23:59, or never") {
            $0 == "never" || TimeOfDay($0) != nil
        }
    }
    fileprivate static var hours: Self {
        text("hours", allowed: "two different hours from 0 to 24, such as 22-6") { HoursOfDay($0) != nil }
    }
}
