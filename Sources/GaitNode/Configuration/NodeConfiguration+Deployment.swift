import Configuration
import Messaging

extension NodeConfiguration {
    /// `deployment.*`: what the operator states about this use of the node, published in `info`.
    package struct Deployment: Sendable, Equatable {
        package var purpose: String
        package var notice: String

        init(reader: ConfigReader) throws(GaitNodeError) {
            purpose = try ConfigurationTable.purpose.value(from: reader)
            notice = try ConfigurationTable.notice.value(from: reader)
        }

        var values: [String: JSONValue] {
            [
                ConfigurationTable.purpose.row.name: .string(purpose),
                ConfigurationTable.notice.row.name: .string(notice),
            ]
        }
    }
}

/// The keys of what an operator has to state.
extension ConfigurationTable {
    static let purpose = ConfigurationKey.required(
        "deployment.purpose", maximumBytes: 2000,
        meaning:
            "What people's perceived emotions are used for here; not at work or in education, see *What the law asks*.",
        advice:
            "write what people's perceived emotions are used for here, such as 'keep more distance from people who seem angry'; using them at the workplace or in education is prohibited in the EU"
    )
    static let notice = ConfigurationKey.required(
        "deployment.notice", maximumBytes: 2000,
        meaning:
            "How the people around the robot are told that emotions are read from their gait, and how they object.",
        advice:
            "write how the people around the robot are told that emotions are read from their gait, such as 'sign at every entrance'; in the EU they have to be told"
    )

    /// The documentation of these keys.
    static let deploymentRows: [ConfigurationRow] = [purpose.row, notice.row]
}
