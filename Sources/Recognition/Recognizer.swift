package import Gait
package import GaitModels

/// From the bodies of any number of sources to emotions: a value without I/O, clock, threads or logging.
///
/// ``take(_:from:origin:stamp:arrival:wallClock:events:refusal:)`` processes a frame and reports what happened.
/// ``nextWindows(limit:into:)`` then returns the windows of people who are due, and
/// ``decide(_:into:lift:classify:)`` what to say of them. People go by numbers that are unique for the recognizer's life, sources by the number that
/// ``addSource(robot:camera:)`` gives.
package struct Recognizer: Sendable {
    /// What may change while the recognizer runs.
    package struct Settings: Sendable {
        package var cadence: Cadence
        /// Seconds after which an old result weighs 1/e in the average; 0 keeps only the newest.
        package var smoothing: Double
        /// The smallest confidence with which an emotion is said, 0...1.
        package var minimumConfidence: Double
        /// People of all sources who are followed at once. When so many are, the newest person of the robot with most
        /// people gives way to one of a robot with at least two people fewer.
        package var maximumPeople: Int
        /// Seconds without a pose after which a person has left.
        package var personTimeout: Double

        /// The daemon's defaults, without a bound on people.
        package init(
            cadence: Cadence = .spread(interval: 0.5), smoothing: Double = 1.5,
            minimumConfidence: Double = EmotionDecision.defaultMinimumConfidence,
            maximumPeople: Int = .max, personTimeout: Double = 3
        ) {
            (self.cadence, self.smoothing) = (cadence, smoothing)
            (self.minimumConfidence, self.maximumPeople) = (minimumConfidence, maximumPeople)
            self.personTimeout = personTimeout
        }
    }

    /// A person who is due, with the window to read.
    package struct DueWindow: Sendable {
        fileprivate let entry: Roster.Entry
        /// The person's number.
        package var person: Int { entry.person }
        /// The source's number.
        package var source: Int { entry.source }
        /// The person's name in the topics.
        package let name: String
        /// The newest pose's time, in the source's own, and its arrival.
        package let time: Double
        package let arrival: Double
        /// The newest root in the source's own frame, meters; of lifted people in the camera's frame, x right, y down, z
        /// forward, where the focal length is known.
        package fileprivate(set) var position: SIMD3<Float>?
        /// Nil if the person cannot be read yet, or the poses do not cover the last two and a half seconds. Of people seen in
        /// pictures, ``Recognizer/decide(_:into:lift:classify:)`` fills it in.
        package fileprivate(set) var window: GaitWindow?
        /// What pictures showed; nil of people whose source sends three dimensions.
        package let imageWindow: ImageWindow?
        fileprivate let image: ImageGeometry?
        /// Why there is no window; nil if there is one.
        package let reason: UnreadReason?
        /// The pose that the window ends with.
        package let pose: Pose?
        /// Whether further frames were taken in after the person became due.
        package let isPostponed: Bool
    }

    /// Seconds by which the newest pose may be older than the newest frame, in which the person had no joints.
    private static let oldestPose = 0.3

    /// By number; nil in a place that is free.
    private var sources: [SourceRecognizer?] = []
    private var roster: Roster
    private let walkDetector = WalkDetector()
    // Reused from batch to batch.
    private var gaits: [Gait] = []
    private var predictions: [EmotionPrediction] = []

    package init(_ settings: Settings) {
        roster = Roster(settings)
    }

    /// Goes on with other settings. Trackers of the sources so far keep the time after which they forget people.
    package mutating func apply(_ settings: Settings) {
        roster.settings = settings
        roster.times.interval = settings.cadence.interval
    }

    // MARK: - Sources

    /// A new source, and the number that it goes by.
    ///
    /// - Parameters:
    ///   - robot: People of all sources of one robot share their names.
    ///   - camera: Precedes the names of the source's people; nil for the robot's own skeletons.
    package mutating func addSource(robot: String, camera: String?) -> Int {
        let number = sources.firstIndex { $0 == nil } ?? sources.count
        if number == sources.count { sources.append(nil) }
        sources[number] = SourceRecognizer(
            SourceLabel(robot: robot, camera: camera), number: number, timeout: roster.settings.personTimeout)
        return number
    }

    /// Drops a source; its people leave.
    package mutating func removeSource(_ source: Int, events: inout [RecognitionEvent]) {
        sources[source]?.dismiss(where: { _ in true }, roster: &roster, events: &events)
        sources[source] = nil
    }

    /// Whether the source sees anybody.
    package func hasPeople(_ source: Int) -> Bool { sources[source]?.people.isEmpty == false }

    // MARK: - Frames

    /// Takes in a source's frame.
    ///
    /// - Parameters:
    ///   - bodies: Of one moment. Joints that cannot be where they are become missing.
    ///   - source: The number that ``addSource(robot:camera:)`` gave.
    ///   - stamp: The moment of acquisition by the source's clock, seconds; nil if the source has none.
    ///   - arrival: Seconds of a clock that does not jump.
    ///   - wallClock: The arrival in seconds since the Unix epoch.
    ///   - events: Gets what happened, in order, after what it holds.
    ///   - refusal: The event that says why a new person of a name cannot be followed; nil if the person can.
    package mutating func take(
        _ bodies: inout [SourceBody], from source: Int, origin: CoordinateOrigin, stamp: Double?,
        arrival: Double, wallClock: Double, events: inout [RecognitionEvent],
        refusal: (String) -> RecognitionEvent? = { _ in nil }
    ) {
        roster.frames += 1
        sources[source]?.take(
            &bodies, origin: origin, stamp: stamp, arrival: arrival, wallClock: wallClock, roster: &roster,
            events: &events, refusal: refusal)
        removeDisplaced(events: &events)
    }

    /// Takes in a camera's frame whose stamp went through ``StampAdmission`` before its people were searched.
    ///
    /// - Parameters:
    ///   - bodies: by the camera tracker's numbers, as pictures show them: ``ImagePose``s.
    ///   - time: The frame's, in the source's own time.
    ///   - beginsAgain: Whether the tracker's numbers begin again with this frame.
    package mutating func takeAdmitted(
        _ bodies: inout [SourceBody], from source: Int, time: Double, arrival: Double, beginsAgain: Bool,
        events: inout [RecognitionEvent], refusal: (String) -> RecognitionEvent? = { _ in nil }
    ) {
        roster.frames += 1
        sources[source]?.takeAdmitted(
            &bodies, time: time, arrival: arrival, beginsAgain: beginsAgain, roster: &roster, events: &events,
            refusal: refusal)
        removeDisplaced(events: &events)
    }

    // MARK: - People

    /// People in view of all sources.
    package var peopleCount: Int { roster.count }

    /// The names of all people that a robot's sources see, in order.
    package func names(ofRobot robot: String) -> [String] {
        roster.people[robot].map { $0.keys.sorted() } ?? []
    }

    package func person(robot: String, name: String) -> Int? { roster.people[robot]?[name] }

    /// Lets go of people who were not seen for `personTimeout` seconds.
    package mutating func removeAbsent(at now: Double, events: inout [RecognitionEvent]) {
        for number in sources.indices {
            sources[number]?.removeAbsent(at: now, roster: &roster, events: &events)
        }
    }

    /// Lets go of some people who are still there, given robot and name.
    package mutating func dismiss(
        where isMeant: (String, String) -> Bool, events: inout [RecognitionEvent]
    ) {
        for number in sources.indices {
            guard let robot = sources[number]?.label.robot else { continue }
            sources[number]?.dismiss(where: { isMeant(robot, $0) }, roster: &roster, events: &events)
        }
    }

    /// Lets go of people who gave way to another robot's in the last frame.
    private mutating func removeDisplaced(events: inout [RecognitionEvent]) {
        for (robot, name) in roster.takeDisplaced() {
            for number in sources.indices where sources[number]?.label.robot == robot {
                sources[number]?.dismiss(where: { $0 == name }, roster: &roster, events: &events)
            }
        }
    }

    // MARK: - Emotions

    package var hasDuePeople: Bool { !roster.due.isEmpty }

    /// Takes out the first people who are due, the robots in turns, at most `limit`, with their newest windows. People
    /// who have left are passed over.
    package mutating func nextWindows(limit: Int, into due: inout [DueWindow]) {
        due.removeAll(keepingCapacity: true)
        while due.count < limit, let entry = roster.due.popFirst() {
            let (frames, times, cadence) = (roster.frames, roster.times, roster.settings.cadence)
            let found = sources[entry.source]?.update(entry) { person -> DueWindow? in
                person.isWaiting = false
                var (window, imageWindow): (GaitWindow?, ImageWindow?)
                var reason: UnreadReason?
                switch person.window(oldestPose: Self.oldestPose) {
                case .success(.gait(let found)): window = found
                case .success(.image(let found)): imageWindow = found
                case .failure(let unread): reason = unread.reason
                }
                switch cadence {
                case .spread:
                    person.due = times.next(after: person.lastSeen, phase: person.phase)
                case .consecutive(let interval): person.due = person.time + interval
                }
                return DueWindow(
                    entry: entry, name: person.name, time: person.time, arrival: person.lastSeen,
                    position: person.position, window: window, imageWindow: imageWindow,
                    image: person.image, reason: reason, pose: person.newestPose,
                    isPostponed: entry.frame != frames)
            }
            if case let window?? = found { due.append(window) }
        }
    }

    /// Lifts what pictures showed, classifies the windows in one batch, and decides the result for each person.
    ///
    /// - Parameters:
    ///   - due: Those of pictures get their lifted windows.
    ///   - decisions: Replaced by one decision for each window, in the same order.
    ///   - lift: Lifts windows of pictures, all in one call; none if there is no lifter, and nobody in pictures is read then.
    ///     Not called without such windows.
    ///   - classify: The calibrated probabilities of each gait. Not called if no person walks.
    package mutating func decide(
        _ due: inout [DueWindow], into decisions: inout [EmotionDecision],
        lift: ([ImageWindow]) -> [LiftedWindow] = { _ in [] }, classify: ([Gait]) -> [[Float]]
    ) {
        Self.lift(&due, lift)
        gaits.removeAll(keepingCapacity: true)
        predictions.removeAll(keepingCapacity: true)
        for person in due {
            let prediction = predict(person)
            predictions.append(prediction)
            if case .walking(let window) = prediction { gaits.append(window.gait) }
        }
        let probabilities = gaits.isEmpty ? [] : classify(gaits)
        precondition(
            probabilities.count == gaits.count,
            "expected \(gaits.count) results, found \(probabilities.count)")
        var next = 0
        let settings = roster.settings
        decisions.removeAll(keepingCapacity: true)
        for (person, prediction) in zip(due, predictions) {
            guard case .walking(let window) = prediction else {
                decisions.append(EmotionDecision(without: prediction))
                continue
            }
            let smoothed =
                sources[person.source]?.update(person.entry) {
                    $0.smoothing.add(probabilities[next], at: window.end, timeConstant: settings.smoothing)
                    return (
                        $0.smoothing.calmed(below: settings.minimumConfidence), $0.smoothing.isContradictory
                    )
                } ?? (probabilities[next], false)
            decisions.append(
                EmotionDecision(
                    probabilities: smoothed.0, window: window, isContradictory: smoothed.1,
                    minimumConfidence: settings.minimumConfidence))
            next += 1
        }
    }

    /// Gives people seen in pictures their lifted windows.
    private static func lift(_ due: inout [DueWindow], _ lift: ([ImageWindow]) -> [LiftedWindow]) {
        let places = due.indices.filter { due[$0].imageWindow != nil }
        guard !places.isEmpty else { return }
        let windows = places.compactMap { due[$0].imageWindow }
        let lifted = lift(windows)
        guard !lifted.isEmpty else { return }
        precondition(
            lifted.count == windows.count, "expected \(windows.count) lifted, found \(lifted.count)")
        for (place, (seen, found)) in zip(places, zip(windows, lifted)) {
            let image = due[place].image
            let level = image?.tilt.map(found.leveled) ?? found
            due[place].window = GaitWindow(
                gait: level.gait, start: seen.start, end: seen.end, coverage: seen.coverage)
            if image?.focalLength != nil { due[place].position = level.rootPosition(seen: seen) }
        }
    }

    /// What a person's window shows before it is classified.
    private mutating func predict(_ person: DueWindow) -> EmotionPrediction {
        guard let window = person.window else { return .insufficientData(person.reason) }
        let unread = walkDetector.unread(window.gait)
        if let unread, unread.state == .insufficientData { return .insufficientData(unread.reason) }
        let hasWalked =
            sources[person.source]?.update(person.entry) {
                if unread != nil { $0.noteStill(at: window.end) }
                return $0.hasWalkedLongEnough(at: window.end)
            } ?? true
        return unread == nil && hasWalked ? .walking(window) : .notWalking(window, unread?.reason)
    }

    /// Forgets all averages: another model's labels may have another order.
    package mutating func resetAverages() {
        for number in sources.indices { sources[number]?.resetAverages() }
    }
}

/// When each person's emotion is due.
package enum Cadence: Sendable, Equatable {
    /// Every `interval` seconds of arrival, on a grid of each person's own: the load is spread evenly. The daemon's.
    case spread(interval: Double)
    /// As soon as a whole window was seen, then every `interval` seconds of the source's time: for recordings.
    case consecutive(interval: Double)

    /// Seconds between two emotions of a person.
    var interval: Double {
        switch self {
        case .spread(let interval), .consecutive(let interval): interval
        }
    }
}

/// Due times on a grid of one interval, shifted for each person by the golden-ratio sequence, so that any number of
/// people is spread nearly evenly over the interval. Everyone stays on their own grid, so people who were first seen
/// together, or delayed together, do not stay due together.
struct DueTimes: Sendable {
    /// Seconds between two classifications of a person.
    var interval: Double
    private var handedOut = 0

    init(interval: Double) {
        self.interval = interval
    }

    /// The shift of the next new person's grid, in seconds from 0 to below the interval.
    mutating func nextPhase() -> Double {
        let golden = 0.618_033_988_749_894_9
        let phase = (Double(handedOut) * golden).truncatingRemainder(dividingBy: 1) * interval
        handedOut += 1
        return phase
    }

    /// The first time of a person's grid at or after `now` (monotonic seconds).
    func first(after now: Double, phase: Double) -> Double {
        phase + ((now - phase) / interval).rounded(.up) * interval
    }

    /// The time after a classification at `now`: the grid's next, but not sooner than half an interval, so
    /// that a late frame does not make two classifications follow each other closely.
    func next(after now: Double, phase: Double) -> Double {
        first(after: now + interval / 2, phase: phase)
    }
}

/// What all sources of a recognizer share: names, numbers, due times and the queue of people who are due.
struct Roster: Sendable {
    /// A person who is due.
    struct Entry: Sendable {
        /// The source's number.
        let source: Int
        let identity: PersonIdentity
        /// The person's number: another person may have the identity by now.
        let person: Int
        /// The number of frames taken in when the person became due.
        let frame: Int
    }

    /// The people's numbers by robot and name.
    private(set) var people: [String: [String: Int]] = [:]
    /// People in view of all sources.
    private(set) var count = 0
    /// The people who are due. People who are classified late are classified from their newest poses: the queue holds
    /// no windows. Each person is in it at most once, so it never holds more entries than people are tracked.
    var due = RobotTurns<Entry>()
    var times: DueTimes
    /// Frames taken in since the start.
    var frames = 0
    var settings: Recognizer.Settings
    private var tracked = 0
    private var numbered = 0
    /// People without a place any more whose sources do not know it yet, as robot and name.
    private var displaced: [(robot: String, name: String)] = []

    init(_ settings: Recognizer.Settings) {
        self.settings = settings
        times = DueTimes(interval: settings.cadence.interval)
    }

    /// The number of a new person.
    mutating func add(robot: String, name: String) -> Int {
        numbered += 1
        people[robot, default: [:]][name] = numbered
        count += 1
        return numbered
    }

    /// Whether a robot may have one more person, which may cost the robot with most people its newest one: a crowd
    /// before one robot does not hide the people before the others.
    mutating func makeRoom(for robot: String) -> Bool {
        if count < settings.maximumPeople { return true }
        guard let (holder, held) = people.max(by: { $0.value.count < $1.value.count }),
            held.count > (people[robot]?.count ?? 0) + 1,
            let newest = held.max(by: { $0.value < $1.value })
        else { return false }
        remove(robot: holder, name: newest.key)
        displaced.append((holder, newest.key))
        return true
    }

    /// The people who lost their places since the last call.
    mutating func takeDisplaced() -> [(robot: String, name: String)] {
        defer { displaced = [] }
        return displaced
    }

    mutating func remove(robot: String, name: String) {
        guard people[robot]?.removeValue(forKey: name) != nil else { return }
        count -= 1
        if people[robot]?.isEmpty == true { people[robot] = nil }
    }

    /// A number for a person without an id, whose name no source of the robot uses for a person in view.
    mutating func nextTrackedNumber(of label: SourceLabel) -> Int {
        while true {
            tracked += 1
            let name = label.name(of: .tracked(tracked))
            if people[label.robot]?[name] == nil { return tracked }
        }
    }
}
