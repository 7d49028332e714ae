import GaitModels
import Logging
import Messaging

/// The exchange of the served model, and of the configuration.
extension Pipeline {
    /// Serves the model that was offered since the last call, if any: between two batches, so that no message is lost
    /// and every emotion is one model's.
    ///
    /// What was read before is not averaged with what the new model reads, which may have its labels in another
    /// order.
    func serveOfferedModel() {
        guard let model = models.take() else { return }
        let card = model.card
        var serving = configuration
        serving.pipeline.minimumConfidence = configuredConfidence
        servedConfidence = model.classifier.minimumConfidence.map(Double.init)
        configuration = serving.serving(confidence: servedConfidence)
        labels = model.labels
        reader = EmotionRecognizer(model: model)
        publisher.use(card)
        for feed in feeds.feeds {
            for person in feed.people.values { person.smoothing.reset() }
        }
        do {
            try info.name(card, configuration: configuration)
        } catch {
            log.warning("info", at: Arrival.monotonicSeconds()) {
                "the model's card is not published: \(error)"
            }
        }
        sayInfo()
        logger.info("model \(card.name) version \(card.version) is served now")
    }

    /// Goes on with the configuration that was read again since the last call, if any: what is in force for the next
    /// reading.
    func serveReload() {
        guard let new = reload.takeOffered() else { return }
        configuredConfidence = new.pipeline.minimumConfidence
        if new.pipeline.classifyEvery != configuration.pipeline.classifyEvery {
            dueTimes = DueTimes(interval: new.pipeline.classifyEvery)
        }
        configuration = new.serving(confidence: servedConfidence)
        nextHealth = min(nextHealth, Arrival.monotonicSeconds() + configuration.healthInterval)
        info.configuration = .object(configuration.published)
        sayInfo()
    }

    private func sayInfo() {
        board.info = info
        publisher.publish(info)
    }
}

extension NodeConfiguration {
    /// The configuration with the smallest confidence of a model where it names none itself.
    func serving(confidence: Double?) -> NodeConfiguration {
        var configuration = self
        configuration.pipeline.minimumConfidence = pipeline.minimumConfidence ?? confidence
        return configuration
    }
}
