import Foundation
import Gait
package import Logging
import Messaging
import Perception
import Recognition

/// Every configuration key, one row each. Reading, range checks, the check for unknown keys, the content of `info`,
/// the keys that a reload applies, and the documentation's table all derive from this list.
package enum ConfigurationTable {
    /// In the order in which the documentation prints them.
    package static let rows: [ConfigurationRow] =
        [
            ConfigurationRow(
                "node.id", \.nodeIdentifier, .name, default: "n1",
                "Name of this node in its topics; unique at the broker."),
            ConfigurationRow(
                "deployment.purpose", required: \.deployment.purpose, .text(upTo: 2000), reloadable: true,
                "What people's perceived emotions are used for here; not for work or education, see *What the law requires*.",
                advice:
                    "write what people's perceived emotions are used for here, such as 'keep more distance from people who seem angry'; using them at the workplace or in education is prohibited in the EU"
            ),
            ConfigurationRow(
                "deployment.notice", required: \.deployment.notice, .text(upTo: 2000), reloadable: true,
                "How the people around the robot are told that gaitd reads emotions from their gait, and how they can object.",
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
                "File with the password; if absent, systemd's credential `mqtt-password`. A relative path starts at this file's folder."
            ),
            ConfigurationRow(
                "mqtt.keep_alive", \.broker.keepAlive, .wholeNumber(5...3600), default: 15,
                "Seconds between signs of life; the broker publishes `offline` after 1.5 times as long."),
            ConfigurationRow(
                "mqtt.share_group", \.broker.shareGroup, .name,
                "Group of nodes that share the robots; needs a broker that keeps a robot's messages together. None if absent."
            ),
            ConfigurationRow(
                "mqtt.tls.enabled", \.broker.tls.isEnabled, .flag, default: false,
                "Whether to encrypt the connection: TLS 1.2 or later, with the broker's certificate and host checked."
            ),
            ConfigurationRow(
                "mqtt.tls.ca_file", \.broker.tls.authorityFile, .path, secret: true,
                "PEM file of the authorities that may sign the broker's certificate; the system's if absent."),
            ConfigurationRow(
                "mqtt.tls.certificate_file", \.broker.tls.certificateFile, .path, secret: true,
                "PEM file of this node's own certificate, for brokers that require one."),
            ConfigurationRow(
                "mqtt.tls.key_file", \.broker.tls.keyFile, .path, secret: true,
                "PEM file of that certificate's key."),
            ConfigurationRow(
                "mqtt.tls.key_password_file", \.broker.tls.keyPasswordFile, .path, secret: true,
                "File with the key's password, if it has one; if absent, systemd's credential `mqtt-key-password`."
            ),
            ConfigurationRow(
                "model.path", \.modelPath, .path, default: "models/step-default.safetensors",
                "Model file; a relative path starts at this file's folder."),
            ConfigurationRow(
                "model.registry", \.modelRegistry, .path,
                "Folder of the models trained on this robot; `model.path` serves while the folder is empty. None if absent."
            ),
            ConfigurationRow(
                "model.generator", \.modelGenerator, .path, default: "models/step-gen-default.safetensors",
                "Generator that makes the first synthetic gaits for a store without any; a missing file means none are made."
            ),
            ConfigurationRow(
                "model.lifter", \.modelLifter, .path, default: "models/lifter-default.safetensors",
                "Lifter that turns people in pictures, cameras' and those of `origin` `image`, into three dimensions; "
                    + "without the file nobody in pictures is read."
            ),
            ConfigurationRow(
                "sources.robots", \.robots, .robots, default: ["+"],
                "Robots whose skeletons are read; `+` reads every robot."),
            ConfigurationRow(
                "topics.robots_prefix", \.robotsPrefix, .topicPrefix, default: "robots",
                "Prefix of the robots' topics."),
            ConfigurationRow(
                "topics.node_prefix", \.nodePrefix, .topicPrefix, default: "gaitd",
                "Prefix of the node's own topics."),
            ConfigurationRow(
                "perception.enabled", \.perception.isEnabled, .flag, default: true,
                "Whether to process camera frames; skeletons are read in any case."),
            ConfigurationRow(
                "perception.models", \.perception.modelsPath, .path, default: "models",
                "Folder of the two pose models, or their `.task` bundle; without them camera frames are not processed."
            ),
            ConfigurationRow(
                "perception.landmarks", \.perception.landmarks, .choice, default: .lite,
                "Size of the network that finds people's joints: `lite`, or `full`, which is more exact and slower."
            ),
            ConfigurationRow(
                "perception.max_people", \.perception.maximumPeople, .wholeNumber(1...32), default: 6,
                "Most people tracked at once in front of each camera."),
            ConfigurationRow(
                "perception.max_frame_kb", \.perception.maximumFrameKilobytes, .wholeNumber(16...65_536),
                default: 4096, "Largest accepted camera frame in kB; larger ones are rejected."),
            ConfigurationRow(
                "pipeline.classify_every", \.pipeline.classifyEvery, .number(0.05...60), default: 0.5,
                reloadable: true, "Seconds between two classifications of a person."),
            ConfigurationRow(
                "pipeline.min_confidence", \.pipeline.minimumConfidence, .number(0...1),
                absent: .number(EmotionDecision.defaultMinimumConfidence), reloadable: true,
                "The state is `uncertain` if the largest smoothed probability is below this; the model's own value if absent."
            ),
            ConfigurationRow(
                "pipeline.smoothing", \.pipeline.smoothing, .number(0...60), default: 1.5, reloadable: true,
                "Time constant in seconds for averaging probabilities; 0 turns averaging off."),
            ConfigurationRow(
                "pipeline.max_people", \.pipeline.maximumPeople, .wholeNumber(1...1024), default: 64,
                reloadable: true, "Most people tracked at once; more are dropped and counted."),
            ConfigurationRow(
                "pipeline.person_timeout", \.pipeline.personTimeout, .number(0.2...600), default: 3,
                "Seconds without a pose after which a person has left."),
            ConfigurationRow(
                "pipeline.explain", \.pipeline.explain, .flag, default: false,
                "Whether emotions list the three joints that counted most; costs time, see *See and explain*."
            ),
            ConfigurationRow(
                "publish.poses", \.publishesPoses, .flag, default: false, reloadable: true,
                "Whether to publish the skeletons of the people in view on `robots/{robot}/poses`, at most 30 times a second."
            ),
            ConfigurationRow(
                "store.path", \.store.path, .path,
                "SQLite file for the labeled gaits; without it labels are refused."),
            ConfigurationRow(
                "store.retention_days", \.store.retentionDays, .wholeNumber(0...36_500), default: 365,
                "Days after which a labeled gait is deleted; 0 keeps it forever."),
            ConfigurationRow(
                "store.max_gaits", \.store.maximumGaits, .wholeNumber(10...1_000_000), default: 20_000,
                "Most labeled gaits to keep, 15 kB each; beyond it the oldest are deleted."),
            ConfigurationRow(
                "store.min_free_mb", \.store.minimumFreeMegabytes, .wholeNumber(1...1_000_000), default: 256,
                "Free disk space in MB below which labels and retraining are refused. "
                    + "`forget` needs some free space too."),
            ConfigurationRow(
                "retrain.enabled", \.retrain.isEnabled, .flag, default: true,
                "Whether this robot retrains; it needs `store.path` and `model.registry`."),
            ConfigurationRow(
                "retrain.daily_at", \.retrain.dailyAt, .timeOfDay, default: "03:00",
                "Local time of day at which to retrain if there are new labels; `never` turns this off."),
            ConfigurationRow(
                "retrain.every_labels", \.retrain.everyLabels, .wholeNumber(0...1_000_000), default: 0,
                "Number of new labels after which to retrain; 0 for never."),
            ConfigurationRow(
                "retrain.allowed_hours", \.retrain.allowedHours, .hours, default: "0-24",
                "Hours of the day in which a retraining may start by itself."),
            ConfigurationRow(
                "retrain.threads", \.retrain.training.threads, .wholeNumber(1...64), default: 1,
                "Threads of the training process."),
            ConfigurationRow(
                "retrain.timeout_s", \.retrain.timeout, .number(0.1...604_800), default: 3600,
                "Seconds after which gaitd ends the training process."),
            ConfigurationRow(
                "retrain.budget_s", \.retrain.budget, .number(1...604_800), default: 600,
                "Seconds that the training plans to use, unless a request sets another number."),
            ConfigurationRow(
                "retrain.max_load", \.retrain.maximumLoad, .number(0.01...64), default: 0.9,
                "Load average per core, over the last minute, above which no retraining starts by itself."),
            ConfigurationRow(
                "retrain.max_temperature_c", \.retrain.maximumTemperature, .number(1...150), default: 75,
                "Temperature of the hottest zone, in degrees Celsius, above which no retraining starts by itself."
            ),
            ConfigurationRow(
                "retrain.min_gaits_per_class", \.retrain.minimumGaitsPerClass, .wholeNumber(1...1_000_000),
                default: 30,
                "Labeled gaits that each emotion needs; a third of them is held out to compare models."),
            ConfigurationRow(
                "retrain.min_balanced_accuracy", \.retrain.training.minimumBalancedAccuracy, .number(0...1),
                default: 0.5,
                "The lower bound of a new model's balanced accuracy must exceed this before the model may serve."
            ),
            ConfigurationRow(
                "retrain.max_recall_drop", \.retrain.training.maximumRecallDrop, .number(0...1), default: 0.1,
                "Most recall that an emotion may lose with a new model."),
            ConfigurationRow(
                "retrain.epochs", \.retrain.training.request.epochs, .wholeNumber(1...10_000), default: 20,
                "Training epochs of the classifier, unless a request sets another number."),
            ConfigurationRow(
                "retrain.augment_per_class", \.retrain.training.request.augmentPerClass,
                .wholeNumber(0...10_000), default: 20,
                "Synthetic gaits to make for each emotion, unless a request sets another number."),
            ConfigurationRow(
                "retrain.keep_versions", \.retrain.training.keptVersions, .wholeNumber(1...1000), default: 5,
                "Model versions to keep, in addition to those that serve, served before or are pinned."),
            ConfigurationRow(
                "retrain.program", \.retrain.program, .path,
                "The gaitctl that trains; the one beside gaitd if absent."),
            ConfigurationRow(
                "health.interval", \.healthInterval, .number(0.2...60), default: 10, reloadable: true,
                "Seconds between two health messages."),
            ConfigurationRow(
                "log.level", \.log.level, .choice, default: .info, reloadable: true,
                "Least severe level that is written to standard error."),
        ]
        + Subsystem.allCases.map { subsystem in
            ConfigurationRow(
                "log.levels.\(subsystem.rawValue)", \.log.subsystems[subsystem], .choice, reloadable: true,
                "Level for \(subsystem.meaning); `log.level` if absent.")
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
