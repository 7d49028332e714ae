package import Configuration
import Foundation
package import Gait
import Messaging
package import Perception

/// The daemon's configuration, typed and checked. The rows of ``ConfigurationTable`` say which key goes where, and
/// hold every default: the initial values here are placeholders that the rows replace.
package struct NodeConfiguration: Sendable {
    /// `mqtt.*`: how to reach the broker.
    package struct Broker: Sendable {
        package var host = ""
        package var port = 0
        package var username: String?
        package var passwordFile: String?
        /// Seconds.
        package var keepAlive = 0
        /// Nil if this node hears every message of its robots.
        package var shareGroup: String?
        package var tls = TLS()
    }

    /// `mqtt.tls.*`: how the connection is encrypted.
    package struct TLS: Sendable {
        package var isEnabled = false
        /// Nil for the authorities that the system trusts.
        package var authorityFile: String?
        package var certificateFile: String?
        package var keyFile: String?
        package var keyPasswordFile: String?
    }

    /// `deployment.*`: what the operator states about this use of the node, published in `info`.
    package struct Deployment: Sendable, Equatable {
        package var purpose = ""
        package var notice = ""
    }

    /// `perception.*`: how camera frames are processed.
    package struct Perception: Sendable {
        package var isEnabled = false
        /// Need not exist.
        package var modelsPath = ""
        package var landmarks = LandmarkModel.lite
        /// In front of each camera.
        package var maximumPeople = 0
        package var maximumFrameKilobytes = 0

        var maximumFrameBytes: Int { maximumFrameKilobytes << 10 }
    }

    /// `pipeline.*`: how people are followed and classified. Times in seconds.
    package struct Pipeline: Sendable {
        package var classifyEvery = 0.0
        /// Nil to take the model's own.
        package var minimumConfidence: Double?
        package var smoothing = 0.0
        package var maximumPeople = 0
        package var personTimeout = 0.0
        package var explain = false
    }

    /// `store.*`: which labeled gaits are kept.
    package struct Store: Sendable {
        /// Nil if nothing is stored.
        package var path: String?
        /// 0 for no end.
        package var retentionDays = 0
        package var maximumGaits = 0
        package var minimumFreeMegabytes = 0
    }

    /// `retrain.*`: when and how the robot trains. Times in seconds.
    package struct Retrain: Sendable {
        package var isEnabled = false
        /// `HH:MM` or `never`.
        package var dailyAt = ""
        /// 0 for never.
        package var everyLabels = 0
        /// `H-H`.
        package var allowedHours = ""
        /// How the child trains, and what it accepts.
        package var training = RetrainingSettings()
        /// Of a training that no request gave another.
        package var budget: Double {
            get { training.request.budget ?? .infinity }
            set { training.request.budget = newValue }
        }
        package var timeout = 0.0
        /// Per core.
        package var maximumLoad = 0.0
        /// Degrees Celsius.
        package var maximumTemperature = 0.0
        package var minimumGaitsPerClass = 0
        /// Nil for the gaitctl beside gaitd.
        package var program: String?
    }

    package var nodeIdentifier = ""
    package var broker = Broker()
    package var modelPath = ""
    /// Nil if the robot trains no models.
    package var modelRegistry: String?
    /// The file need not exist.
    package var modelGenerator = ""
    /// The file need not exist.
    package var modelLifter = ""
    /// Names, or a single `+`.
    package var robots: [String] = []
    package var robotsPrefix = ""
    package var nodePrefix = ""
    package var perception = Perception()
    package var pipeline = Pipeline()
    package var publishesPoses = false
    package var store = Store()
    package var retrain = Retrain()
    /// Seconds.
    package var healthInterval = 0.0
    package var log = LogLevels.Settings()
    package var deployment = Deployment()

    /// Reads and checks every key.
    ///
    /// - Parameters:
    ///   - reader: Where the values come from; the first provider that has a key wins.
    ///   - folder: What relative paths start at: the configuration file's folder.
    /// - Throws: `GaitNodeError` naming the first key whose value is missing or not allowed.
    package init(reader: ConfigReader, folder: String = ".") throws(GaitNodeError) {
        for row in ConfigurationTable.rows { try row.load(reader, folder, &self) }
    }

    /// Every key that is not secret, with its value, as `info` publishes it: paths without their folders, which
    /// subscribers of the topic do not need to know.
    var published: [String: JSONValue] {
        let rows = ConfigurationTable.rows.filter { !$0.isSecret }
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                guard row.isPath, case .string(let path) = row.value(self) else {
                    return (row.name, row.value(self))
                }
                return (row.name, .string(URL(fileURLWithPath: path).lastPathComponent))
            })
    }

    /// This configuration with another's values for the keys that apply while the node runs.
    func reloaded(from other: NodeConfiguration) -> NodeConfiguration {
        var configuration = self
        for row in ConfigurationTable.rows where row.isReloadable { row.copy(other, &configuration) }
        return configuration
    }
}
