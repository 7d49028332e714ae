import GaitModels
import Logging
import Messaging

/// The exchange of the served model.
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
        configuration = serving.serving(model.classifier)
        labels = model.labels
        reader = EmotionReader(model: model)
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
        board.info = info
        publisher.publish(info)
        logger.info("model \(card.name) version \(card.version) is served now")
    }
}

extension NodeConfiguration {
    /// The configuration with the smallest confidence of a model where it names none itself.
    func serving(_ classifier: EmotionClassifier) -> NodeConfiguration {
        var configuration = self
        if configuration.pipeline.minimumConfidence == nil {
            configuration.pipeline.minimumConfidence = classifier.minimumConfidence.map(Double.init)
        }
        return configuration
    }
}
