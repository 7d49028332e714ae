import Messaging

extension NodeConfiguration {
    /// Every key that is no secret, with its value.
    var published: [String: JSONValue] {
        let secrets = Set(ConfigurationTable.rows.lazy.filter(\.isSecret).map(\.name))
        return values.filter { !secrets.contains($0.key) }
    }

    /// Every key, with its value.
    var values: [String: JSONValue] {
        typealias Table = ConfigurationTable
        let own: [String: JSONValue] = [
            Table.nodeIdentifier.row.name: .string(nodeIdentifier),
            Table.host.row.name: .string(broker.host),
            Table.port.row.name: .number(Double(broker.port)),
            Table.username.row.name: broker.username.map { .string($0) } ?? .null,
            Table.passwordFile.row.name: broker.passwordFile.map { .string($0) } ?? .null,
            Table.keepAlive.row.name: .number(Double(broker.keepAlive)),
            Table.shareGroup.row.name: broker.shareGroup.map { .string($0) } ?? .null,
            Table.modelPath.row.name: .string(modelPath),
            Table.modelRegistry.row.name: modelRegistry.map { .string($0) } ?? .null,
            Table.modelGenerator.row.name: .string(modelGenerator),
            Table.robots.row.name: .array(robots.map { .string($0) }),
            Table.robotsPrefix.row.name: .string(robotsPrefix),
            Table.nodePrefix.row.name: .string(nodePrefix),
            Table.classifyEvery.row.name: .number(pipeline.classifyEvery),
            Table.minimumConfidence.row.name: .number(
                pipeline.minimumConfidence ?? EmotionDecision.defaultMinimumConfidence),
            Table.smoothing.row.name: .number(pipeline.smoothing),
            Table.maximumPeople.row.name: .number(Double(pipeline.maximumPeople)),
            Table.personTimeout.row.name: .number(pipeline.personTimeout),
            Table.explain.row.name: .boolean(pipeline.explain),
            Table.healthInterval.row.name: .number(healthInterval),
        ]
        return [
            broker.tls.values, perception.published, store.published, retrain.published, log.values,
            deployment.values,
        ].reduce(own) { $0.merging($1) { $1 } }
    }

    /// This configuration with the values of another where those are taken over while the node runs.
    func reloaded(from other: NodeConfiguration) -> NodeConfiguration {
        var configuration = self
        (configuration.log, configuration.deployment) = (other.log, other.deployment)
        configuration.healthInterval = other.healthInterval
        configuration.pipeline.classifyEvery = other.pipeline.classifyEvery
        configuration.pipeline.minimumConfidence = other.pipeline.minimumConfidence
        configuration.pipeline.smoothing = other.pipeline.smoothing
        configuration.pipeline.maximumPeople = other.pipeline.maximumPeople
        return configuration
    }
}
