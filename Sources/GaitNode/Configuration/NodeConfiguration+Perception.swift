import Configuration
import Messaging

extension NodeConfiguration {
    /// `perception.*`: how camera frames are looked at.
    package struct Perception: Sendable {
        package var isEnabled: Bool
        /// `perception.models`, resolved against the configuration's folder; nothing need be there.
        package var modelsPath: String
        /// Before each camera.
        package var maximumPeople: Int
        package var maximumFrameKilobytes: Int

        init(reader: ConfigReader, folder: String) throws(GaitNodeError) {
            typealias Table = ConfigurationTable
            isEnabled = try Table.perceptionEnabled.value(from: reader)
            modelsPath = NodeConfiguration.resolve(
                try Table.perceptionModels.value(from: reader), against: folder)
            maximumPeople = try Table.perceptionMaximumPeople.value(from: reader)
            maximumFrameKilobytes = try Table.maximumFrameKilobytes.value(from: reader)
        }

        var maximumFrameBytes: Int { maximumFrameKilobytes << 10 }

        var published: [String: JSONValue] {
            typealias Table = ConfigurationTable
            return [
                Table.perceptionEnabled.row.name: .boolean(isEnabled),
                Table.perceptionModels.row.name: .string(modelsPath),
                Table.perceptionMaximumPeople.row.name: .number(Double(maximumPeople)),
                Table.maximumFrameKilobytes.row.name: .number(Double(maximumFrameKilobytes)),
            ]
        }
    }
}
