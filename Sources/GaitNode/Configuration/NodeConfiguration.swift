package import Configuration
import Foundation

/// The daemon's configuration, typed and checked. Every property stands for the key of the same place in
/// ``ConfigurationTable``.
package struct NodeConfiguration: Sendable {
    /// `mqtt.*`: how the broker is reached.
    package struct Broker: Sendable {
        package var host: String
        package var port: Int
        package var username: String?
        /// Absolute, or relative to the working directory where no folder was given.
        package var passwordFile: String?
        /// Seconds.
        package var keepAlive: Int
        /// Nil where this node hears every message of its robots.
        package var shareGroup: String?
        package var tls: TLS
    }

    /// `pipeline.*`: how people are followed and classified. Times in seconds.
    package struct Pipeline: Sendable {
        package var classifyEvery: Double
        /// Nil to take the model's own.
        package var minimumConfidence: Double?
        package var smoothing: Double
        package var maximumPeople: Int
        package var personTimeout: Double
        package var explain: Bool
    }

    /// `node.id`
    package var nodeIdentifier: String
    package var broker: Broker
    /// `model.path`, resolved against the configuration's folder.
    package var modelPath: String
    /// `model.registry`, resolved in the same way; nil where the robot trains no models.
    package var modelRegistry: String?
    /// `model.generator`, resolved in the same way; the file need not be there.
    package var modelGenerator: String
    /// `sources.robots`: names, or a single `+`.
    package var robots: [String]
    /// `topics.robots_prefix`
    package var robotsPrefix: String
    /// `topics.node_prefix`
    package var nodePrefix: String
    package var perception: Perception
    package var pipeline: Pipeline
    package var store: Store
    package var retrain: Retrain
    /// `health.interval`, seconds.
    package var healthInterval: Double
    /// `log.*`
    package var log: LogLevels.Settings
    package var deployment: Deployment

    /// Reads and checks every key.
    ///
    /// - Parameters:
    ///   - reader: Where the values come from; the first provider that has a key wins.
    ///   - folder: What relative paths start at: the configuration file's folder.
    /// - Throws: `GaitNodeError.invalidValue` naming the first key whose value is not allowed.
    package init(reader: ConfigReader, folder: String = ".") throws(GaitNodeError) {
        typealias Table = ConfigurationTable
        nodeIdentifier = try Table.nodeIdentifier.value(from: reader)
        broker = Broker(
            host: try Table.host.value(from: reader), port: try Table.port.value(from: reader),
            username: try Table.username.value(from: reader),
            passwordFile: try Table.passwordFile.value(from: reader).map {
                Self.resolve($0, against: folder)
            },
            keepAlive: try Table.keepAlive.value(from: reader),
            shareGroup: try Table.shareGroup.value(from: reader),
            tls: try Broker.TLS(reader: reader, folder: folder))
        modelPath = Self.resolve(try Table.modelPath.value(from: reader), against: folder)
        modelRegistry = try Table.modelRegistry.value(from: reader).map { Self.resolve($0, against: folder) }
        modelGenerator = Self.resolve(try Table.modelGenerator.value(from: reader), against: folder)
        robots = try Table.robots.value(from: reader)
        robotsPrefix = try Table.robotsPrefix.value(from: reader)
        nodePrefix = try Table.nodePrefix.value(from: reader)
        pipeline = Pipeline(
            classifyEvery: try Table.classifyEvery.value(from: reader),
            minimumConfidence: try Table.minimumConfidence.value(from: reader),
            smoothing: try Table.smoothing.value(from: reader),
            maximumPeople: try Table.maximumPeople.value(from: reader),
            personTimeout: try Table.personTimeout.value(from: reader),
            explain: try Table.explain.value(from: reader))
        perception = try Perception(reader: reader, folder: folder)
        store = try Store(reader: reader, folder: folder)
        retrain = try Retrain(reader: reader, folder: folder)
        healthInterval = try Table.healthInterval.value(from: reader)
        log = try LogLevels.Settings(reader: reader)
        deployment = try Deployment(reader: reader)
    }

    /// An absolute path as it is, a relative one below `folder`.
    static func resolve(_ path: String, against folder: String) -> String {
        path.hasPrefix("/") ? path : URL(fileURLWithPath: folder).appendingPathComponent(path).path
    }
}
