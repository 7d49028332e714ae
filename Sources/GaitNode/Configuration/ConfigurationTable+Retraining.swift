/// The keys of what is stored and trained on the robot.
extension ConfigurationTable {
    static let storePath = ConfigurationKey.optionalText(
        "store.path", type: "path", isSecret: false,
        meaning: "SQLite file of the labelled gaits; without it labels are refused.")
    static let retentionDays = ConfigurationKey.wholeNumber(
        "store.retention_days", default: 365, range: 0...36_500,
        meaning: "Days after which a labelled gait is deleted; 0 keeps it for ever.")
    static let maximumGaits = ConfigurationKey.wholeNumber(
        "store.max_gaits", default: 20_000, range: 10...1_000_000,
        meaning: "Labelled gaits that are kept, 15 kB each; the oldest are deleted.")
    static let minimumFreeMegabytes = ConfigurationKey.wholeNumber(
        "store.min_free_mb", default: 256, range: 1...1_000_000,
        meaning: "Free disk space in MB below which labels and retraining are refused.")
    static let retrainEnabled = ConfigurationKey.flag(
        "retrain.enabled", default: true,
        meaning: "Whether this robot retrains; it needs `store.path` and `model.registry`.")
    static let dailyAt = ConfigurationKey.text(
        "retrain.daily_at", type: "time", default: "03:00",
        allowed: "a time of day from 00:00 to 23:59, or never",
        meaning: "Local time of day at which to retrain, if there are new labels; `never` for not at all."
    ) { $0 == "never" || TimeOfDay($0) != nil }
    static let everyLabels = ConfigurationKey.wholeNumber(
        "retrain.every_labels", default: 0, range: 0...1_000_000,
        meaning: "New labels after which to retrain; 0 for never.")
    static let allowedHours = ConfigurationKey.text(
        "retrain.allowed_hours", type: "hours", default: "0-24",
        allowed: "two hours from 0 to 24 such as 22-6, not the same",
        meaning: "Hours of the day in which a retraining may start by itself."
    ) { HoursOfDay($0) != nil }
    static let threads = ConfigurationKey.wholeNumber(
        "retrain.threads", default: 1, range: 1...64, meaning: "Threads of the training process.")
    static let timeout = ConfigurationKey.number(
        "retrain.timeout_s", default: 3600, range: 0.1...604_800,
        meaning: "Seconds after which the training process is ended.")
    static let budget = ConfigurationKey.number(
        "retrain.budget_s", default: 600, range: 1...604_800,
        meaning: "Seconds that the training plans with, unless a request names others.")
    static let maximumLoad = ConfigurationKey.number(
        "retrain.max_load", default: 0.9, range: 0.01...64,
        meaning: "Load average of the last minute per core above which no retraining starts by itself.")
    static let maximumTemperature = ConfigurationKey.number(
        "retrain.max_temperature_c", default: 75, range: 1...150,
        meaning: "Temperature in degrees Celsius, of the hottest zone, above which none starts by itself.")
    static let minimumGaitsPerClass = ConfigurationKey.wholeNumber(
        "retrain.min_gaits_per_class", default: 30, range: 1...1_000_000,
        meaning: "Labelled gaits that each emotion must have; a third of them is held out to compare models.")
    static let minimumBalancedAccuracy = ConfigurationKey.number(
        "retrain.min_balanced_accuracy", default: 0.5, range: 0...1,
        meaning: "Balanced accuracy above which a new model must be, by its lower bound, to be served.")
    static let maximumRecallDrop = ConfigurationKey.number(
        "retrain.max_recall_drop", default: 0.1, range: 0...1,
        meaning: "Recall that an emotion may lose with a new model.")
    static let epochs = ConfigurationKey.wholeNumber(
        "retrain.epochs", default: 20, range: 1...10_000,
        meaning: "Epochs of the classifier, unless a request names others.")
    static let augmentPerClass = ConfigurationKey.wholeNumber(
        "retrain.augment_per_class", default: 20, range: 0...10_000,
        meaning: "Synthetic gaits made for each emotion, unless a request names others.")
    static let keepVersions = ConfigurationKey.wholeNumber(
        "retrain.keep_versions", default: 5, range: 1...1000,
        meaning: "Model versions that are kept, beside those that serve, served before or are pinned.")
    static let program = ConfigurationKey.optionalText(
        "retrain.program", type: "path", isSecret: false,
        meaning: "The gaitctl that trains; the one beside gaitd if absent.")

    /// The documentation of these keys.
    static let storageRows: [ConfigurationRow] = [
        storePath.row, retentionDays.row, maximumGaits.row, minimumFreeMegabytes.row, retrainEnabled.row,
        dailyAt.row, everyLabels.row, allowedHours.row, threads.row, timeout.row, budget.row, maximumLoad.row,
        maximumTemperature.row, minimumGaitsPerClass.row, minimumBalancedAccuracy.row, maximumRecallDrop.row,
        epochs.row, augmentPerClass.row, keepVersions.row, program.row,
    ]
}
