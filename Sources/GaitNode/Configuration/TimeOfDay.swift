/// A time of day in whole minutes, such as 03:00.
struct TimeOfDay: Sendable, Equatable {
    let hour: Int
    let minute: Int

    /// Reads `HH:MM`; nil for anything else.
    init?(_ text: String) {
        guard let match = text.wholeMatch(of: #/([01][0-9]|2[0-3]):([0-5][0-9])/#), let hour = Int(match.1),
            let minute = Int(match.2)
        else { return nil }
        (self.hour, self.minute) = (hour, minute)
    }

    /// Minutes since midnight.
    var minutes: Int { hour * 60 + minute }
}

/// A span of hours of the day, such as 22-6, which may reach over midnight.
struct HoursOfDay: Sendable, Equatable {
    let start: Int
    let end: Int

    /// Reads `H-H` of two different hours from 0 to 24; nil for anything else.
    init?(_ text: String) {
        guard let match = text.wholeMatch(of: #/([0-9]{1,2})-([0-9]{1,2})/#), let start = Int(match.1),
            let end = Int(match.2), start <= 24, end <= 24, start != end
        else { return nil }
        (self.start, self.end) = (start, end)
    }

    /// Whether the span holds a time, in minutes since midnight.
    func contains(minutes: Int) -> Bool {
        let (first, last) = (start * 60, end * 60)
        return first < last ? first <= minutes && minutes < last : minutes >= first || minutes < last
    }
}
