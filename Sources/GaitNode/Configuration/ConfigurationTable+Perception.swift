/// The keys of how camera frames are looked at.
extension ConfigurationTable {
    static let perceptionEnabled = ConfigurationKey.flag(
        "perception.enabled", default: true,
        meaning: "Whether camera frames are looked at; skeletons are read in any case.")
    static let perceptionModels = ConfigurationKey.text(
        "perception.models", type: "path", default: "models", allowed: "a path",
        meaning:
            "Folder of the two pose models, or their `.task` bundle; without them camera frames are not looked at."
    ) { !$0.isEmpty }
    static let perceptionMaximumPeople = ConfigurationKey.wholeNumber(
        "perception.max_people", default: 6, range: 1...32,
        meaning: "People followed at once before each camera.")
    static let maximumFrameKilobytes = ConfigurationKey.wholeNumber(
        "perception.max_frame_kb", default: 4096, range: 16...65_536,
        meaning: "Size of a camera frame in kB above which it is rejected.")

    /// The documentation of these keys.
    static var perceptionRows: [ConfigurationRow] {
        [
            perceptionEnabled.row, perceptionModels.row, perceptionMaximumPeople.row,
            maximumFrameKilobytes.row,
        ]
    }
}
