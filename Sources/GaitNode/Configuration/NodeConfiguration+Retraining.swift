import Configuration
import Messaging

extension NodeConfiguration {
    /// `store.*`: what is kept of labelled gaits.
    package struct Store: Sendable {
        /// Nil where nothing is stored.
        package var path: String?
        /// 0 for no end.
        package var retentionDays: Int
        package var maximumGaits: Int
        package var minimumFreeMegabytes: Int

        init(reader: ConfigReader, folder: String) throws(GaitNodeError) {
            typealias Table = ConfigurationTable
            path = try Table.storePath.value(from: reader).map {
                NodeConfiguration.resolve($0, against: folder)
            }
            retentionDays = try Table.retentionDays.value(from: reader)
            maximumGaits = try Table.maximumGaits.value(from: reader)
            minimumFreeMegabytes = try Table.minimumFreeMegabytes.value(from: reader)
        }

        var published: [String: JSONValue] {
            typealias Table = ConfigurationTable
            return [
                Table.storePath.row.name: path.map { .string($0) } ?? .null,
                Table.retentionDays.row.name: .number(Double(retentionDays)),
                Table.maximumGaits.row.name: .number(Double(maximumGaits)),
                Table.minimumFreeMegabytes.row.name: .number(Double(minimumFreeMegabytes)),
            ]
        }
    }

    /// `retrain.*`: when and how the robot trains. Times in seconds.
    package struct Retrain: Sendable {
        package var isEnabled: Bool
        /// `HH:MM` or `never`.
        package var dailyAt: String
        /// 0 for never.
        package var everyLabels: Int
        /// `H-H`.
        package var allowedHours: String
        package var threads: Int
        package var timeout: Double
        package var budget: Double
        /// Per core.
        package var maximumLoad: Double
        /// Degrees Celsius.
        package var maximumTemperature: Double
        package var minimumGaitsPerClass: Int
        package var minimumBalancedAccuracy: Double
        package var maximumRecallDrop: Double
        package var epochs: Int
        package var augmentPerClass: Int
        package var keepVersions: Int
        /// Nil for the gaitctl beside gaitd.
        package var program: String?

        init(reader: ConfigReader, folder: String) throws(GaitNodeError) {
            typealias Table = ConfigurationTable
            isEnabled = try Table.retrainEnabled.value(from: reader)
            dailyAt = try Table.dailyAt.value(from: reader)
            everyLabels = try Table.everyLabels.value(from: reader)
            allowedHours = try Table.allowedHours.value(from: reader)
            threads = try Table.threads.value(from: reader)
            timeout = try Table.timeout.value(from: reader)
            budget = try Table.budget.value(from: reader)
            maximumLoad = try Table.maximumLoad.value(from: reader)
            maximumTemperature = try Table.maximumTemperature.value(from: reader)
            minimumGaitsPerClass = try Table.minimumGaitsPerClass.value(from: reader)
            minimumBalancedAccuracy = try Table.minimumBalancedAccuracy.value(from: reader)
            maximumRecallDrop = try Table.maximumRecallDrop.value(from: reader)
            epochs = try Table.epochs.value(from: reader)
            augmentPerClass = try Table.augmentPerClass.value(from: reader)
            keepVersions = try Table.keepVersions.value(from: reader)
            program = try Table.program.value(from: reader).map {
                NodeConfiguration.resolve($0, against: folder)
            }
        }

        var published: [String: JSONValue] {
            typealias Table = ConfigurationTable
            return [
                Table.retrainEnabled.row.name: .boolean(isEnabled),
                Table.dailyAt.row.name: .string(dailyAt),
                Table.everyLabels.row.name: .number(Double(everyLabels)),
                Table.allowedHours.row.name: .string(allowedHours),
                Table.threads.row.name: .number(Double(threads)),
                Table.timeout.row.name: .number(timeout),
                Table.budget.row.name: .number(budget),
                Table.maximumLoad.row.name: .number(maximumLoad),
                Table.maximumTemperature.row.name: .number(maximumTemperature),
                Table.minimumGaitsPerClass.row.name: .number(Double(minimumGaitsPerClass)),
                Table.minimumBalancedAccuracy.row.name: .number(minimumBalancedAccuracy),
                Table.maximumRecallDrop.row.name: .number(maximumRecallDrop),
                Table.epochs.row.name: .number(Double(epochs)),
                Table.augmentPerClass.row.name: .number(Double(augmentPerClass)),
                Table.keepVersions.row.name: .number(Double(keepVersions)),
                Table.program.row.name: program.map { .string($0) } ?? .null,
            ]
        }
    }
}
