import Foundation
import Gait

/// One source: (bodies, stamp, arrival) in, events out. A state machine without I/O, clock, threads or logging.
///
/// It admits stamps, finds out who the bodies are, and fills each person's buffer. What several sources share is in the
/// ``Roster`` that it is given.
struct SourceRecognizer: Sendable {
    let label: SourceLabel
    /// The source's number in the recognizer.
    let number: Int
    private(set) var admission = StampAdmission()
    /// The people in view.
    private(set) var people: [PersonIdentity: Person] = [:]
    /// Follows people without ids.
    private var tracker: PersonTracker
    private let timeout: Double
    /// Whether the tracker follows people in pictures.
    private var tracksPicture = false
    /// The number of the one person without an id of a source whose bodies have no place.
    private var placeless: Int?
    /// Our numbers of a camera's people, by the camera tracker's own.
    private var cameraNumbers: [Int: Int] = [:]

    // Reused from frame to frame.
    /// Who each body of the frame is; nil if the body is rejected or cannot be followed.
    private var identities: [PersonIdentity?] = []
    /// Where the bodies without ids are, over the ground or in the picture, their heights there, and their indices.
    private var places: [SIMD2<Float>] = []
    private var heights: [Float] = []
    private var placed: [Int] = []

    init(_ label: SourceLabel, number: Int, timeout: Double) {
        (self.label, self.number) = (label, number)
        (tracker, self.timeout) = (PersonTracker(timeout: timeout), timeout)
    }

    // MARK: - Frames

    /// Takes in a frame whose stamp was not admitted yet, as the recognizer does.
    mutating func take(
        _ bodies: inout [SourceBody], origin: CoordinateOrigin, stamp: Double?, arrival: Double,
        wallClock: Double, roster: inout Roster, events: inout [RecognitionEvent],
        refusal: (String) -> RecognitionEvent?
    ) {
        for index in bodies.indices { bodies[index].removeImpossibleJoints(origin) }
        let (time, outcome) = admission.admit(stamp: stamp, arrival: arrival, wallClock: wallClock)
        if stamp != nil, !admission.usesStamps { events.append(.dropped(.unusableStamp)) }
        identify(bodies, origin: origin, time: time, arrival: arrival, roster: &roster, events: &events)
        switch outcome {
        case .inOrder, .repeated:
            break
        case .late:
            events.append(.dropped(.late))
            // Frames may be late for seconds on end, such as after a small step back of the source's clock. They cannot
            // be read, but their people have not left.
            for case let identity? in identities { people[identity]?.lastSeen = arrival }
            return
        case .jumped:
            events.append(.dropped(.clockReset))
            updateAll { person in
                person.restart(at: time, roster.settings.cadence)
                events.append(.restarted(person: person.number))
            }
        }
        events.append(.accepted)
        follow(
            bodies, origin: origin, time: time, arrival: arrival, roster: &roster, events: &events,
            refusal: refusal)
    }

    /// Takes in a frame of a camera, which was admitted before its people were searched, as the recognizer does.
    mutating func takeAdmitted(
        _ bodies: inout [SourceBody], time: Double, arrival: Double, beginsAgain: Bool,
        roster: inout Roster, events: inout [RecognitionEvent], refusal: (String) -> RecognitionEvent?
    ) {
        for index in bodies.indices { bodies[index].removeImpossibleJoints(.image) }
        if beginsAgain { cameraNumbers.removeAll(keepingCapacity: true) }
        identify(bodies, origin: .image, time: time, arrival: arrival, roster: &roster, events: &events)
        follow(
            bodies, origin: .image, time: time, arrival: arrival, roster: &roster, events: &events,
            refusal: refusal)
    }

    /// Adds the bodies to their people's buffers, and people who are due to the queue.
    private mutating func follow(
        _ bodies: [SourceBody], origin: CoordinateOrigin, time: Double, arrival: Double,
        roster: inout Roster, events: inout [RecognitionEvent], refusal: (String) -> RecognitionEvent?
    ) {
        for (index, body) in bodies.enumerated() {
            guard let identity = identities[index] else { continue }
            guard
                let place = people.index(forKey: identity)
                    ?? addPerson(
                        identity, time: time, arrival: arrival, roster: &roster, events: &events,
                        refusal: refusal)
            else { continue }
            let person = people.values[place].number
            let taken = people.values[place].take(
                body, origin: origin, time: time, arrival: arrival, roster.settings.cadence)
            if taken.isLeap { events += [.dropped(.leap), .restarted(person: person)] }
            if taken.admission == .accepted {
                events.append(.kept(body: index, person: person, time: time))
            } else if body.looksLikeImage {
                events.append(.dropped(.looksLikeImage))
            } else if let reason = DropReason(rawValue: taken.admission.rawValue) {
                events.append(.dropped(reason))
            }
            guard taken.becomesDue else { continue }
            roster.due.append(
                Roster.Entry(source: number, identity: identity, person: person, frame: roster.frames),
                of: label.robot)
        }
    }

    /// Follows a new person, unless there is a reason not to.
    private mutating func addPerson(
        _ identity: PersonIdentity, time: Double, arrival: Double, roster: inout Roster,
        events: inout [RecognitionEvent], refusal: (String) -> RecognitionEvent?
    ) -> Dictionary<PersonIdentity, Person>.Index? {
        let name = label.name(of: identity)
        if let event = refusal(name) {
            events.append(event)
            return nil
        }
        // Id `kitchen-1` of the robot itself and id `1` of its camera `kitchen` have the same topic.
        guard roster.people[label.robot]?[name] == nil else {
            events.append(.dropped(.nameConflict))
            return nil
        }
        guard roster.makeRoom(for: label.robot) else {
            events.append(.dropped(.tooManyPeople))
            return nil
        }
        let person = roster.add(robot: label.robot, name: name)
        let phase = roster.times.nextPhase()
        let due =
            switch roster.settings.cadence {
            case .spread: roster.times.first(after: arrival, phase: phase)
            case .consecutive: -Double.infinity
            }
        people[identity] = Person(
            number: person, name: name, phase: phase, due: due, seen: arrival, time: time)
        events.append(.arrived(person: person, name: name))
        return people.index(forKey: identity)
    }

    // MARK: - Identities

    /// Fills `identities`, one for each body: by its id, or otherwise by its position. Implausible bodies are
    /// rejected before they can be matched to a person.
    private mutating func identify(
        _ bodies: [SourceBody], origin: CoordinateOrigin, time: Double, arrival: Double,
        roster: inout Roster, events: inout [RecognitionEvent]
    ) {
        identities.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        heights.removeAll(keepingCapacity: true)
        placed.removeAll(keepingCapacity: true)
        for (index, body) in bodies.enumerated() {
            guard body.isPlausible(origin) else {
                identities.append(nil)
                events.append(.implausible(body: index))
                continue
            }
            switch body.identifier {
            case .named(let identifier):
                identities.append(.named(identifier))
            case .numbered(let number):
                identities.append(.tracked(trackedNumber(of: number, roster: &roster)))
            case .unnamed where body.looksLikeImage && bodies.count > 1:
                // A place in a picture is no place to follow people by.
                identities.append(nil)
                events.append(.dropped(.looksLikeImage))
            case .unnamed where origin == .root || body.looksLikeImage:
                // The one body without an id of a source that gives no places is always the same person. The decoder
                // rejects several.
                let tracked = placeless ?? roster.nextTrackedNumber(of: label)
                placeless = tracked
                identities.append(.tracked(tracked))
            case .unnamed:
                identities.append(nil)
                if origin == .image {
                    let seen = ImagePose(body.pose)
                    guard let place = seen.place else { continue }
                    places.append(place)
                    heights.append(seen.effectiveHeight)
                } else {
                    guard let place = body.pose.place else { continue }
                    places.append(place)
                }
                placed.append(index)
            }
        }
        guard !places.isEmpty else { return }
        // Places over the ground are none in a picture.
        let isInPicture = origin == .image
        if tracksPicture != isInPicture {
            (tracker, tracksPicture) = (PersonTracker(timeout: timeout), isInPicture)
        }
        let label = label
        tracker.follow(places, heights: heights, stamp: time, arrival: arrival) {
            roster.nextTrackedNumber(of: label)
        }
        for (index, number) in zip(placed, tracker.numbers) {
            identities[index] = number.map(PersonIdentity.tracked)
            if number == nil { events.append(.dropped(.tooManyPeople)) }
        }
    }

    /// Our own number of a camera's person, which no other person of the run has.
    private mutating func trackedNumber(of cameraNumber: Int, roster: inout Roster) -> Int {
        if let number = cameraNumbers[cameraNumber] { return number }
        // People who have left are forgotten; a tracker gives no number twice.
        cameraNumbers = cameraNumbers.filter { people[.tracked($0.value)] != nil }
        let number = roster.nextTrackedNumber(of: label)
        cameraNumbers[cameraNumber] = number
        return number
    }

    // MARK: - People who leave

    /// Lets go of people who were not seen for `personTimeout` seconds.
    mutating func removeAbsent(at now: Double, roster: inout Roster, events: inout [RecognitionEvent]) {
        let timeout = roster.settings.personTimeout
        guard people.values.contains(where: { now - $0.lastSeen >= timeout }) else { return }
        for (identity, person) in people where now - person.lastSeen >= timeout {
            remove(identity, person, roster: &roster, events: &events)
            guard case .tracked(let number) = identity else { continue }
            tracker.forget(number)
            if placeless == number { placeless = nil }
        }
    }

    /// Drops people who are still in view. Their tracker continues, because otherwise they would return under another
    /// name one frame later.
    mutating func dismiss(
        where isMeant: (String) -> Bool, roster: inout Roster, events: inout [RecognitionEvent]
    ) {
        for (identity, person) in people where isMeant(person.name) {
            remove(identity, person, roster: &roster, events: &events)
        }
    }

    private mutating func remove(
        _ identity: PersonIdentity, _ person: Person, roster: inout Roster,
        events: inout [RecognitionEvent]
    ) {
        people[identity] = nil
        roster.remove(robot: label.robot, name: person.name)
        events.append(.left(person: person.number))
    }

    // MARK: - Emotions

    /// Changes a person of the queue; nil if that person has left.
    mutating func update<Result>(_ entry: Roster.Entry, _ change: (inout Person) -> Result) -> Result? {
        guard let place = people.index(forKey: entry.identity),
            people.values[place].number == entry.person
        else { return nil }
        return change(&people.values[place])
    }

    mutating func resetAverages() {
        updateAll { $0.smoothing.reset() }
    }

    /// Changes all people in place. A view of the dictionary's indices would copy it.
    private mutating func updateAll(_ change: (inout Person) -> Void) {
        var place = people.startIndex
        while place != people.endIndex {
            change(&people.values[place])
            people.formIndex(after: &place)
        }
    }
}

/// Where a source's people are named: their robot, and the camera if the source is one of several.
struct SourceLabel: Sendable, Equatable {
    let robot: String
    /// Nil for the robot's own skeletons.
    let camera: String?

    /// A person's name in the topics: the id, or `{camera}-{id}` for a camera.
    func name(of identity: PersonIdentity) -> String {
        camera.map { "\($0)-\(identity.identifier)" } ?? identity.identifier
    }
}

/// Who a body is within its source.
enum PersonIdentity: Hashable, Sendable {
    /// The source calls the person by this id.
    case named(String)
    /// The node follows the person itself, by its own number.
    case tracked(Int)

    /// The id, or what stands in for it: unlike any integer, and never given to two people in one run. A source that
    /// uses this name for another person is told of a name conflict.
    var identifier: String {
        switch self {
        case .named(let identifier): identifier
        case .tracked(let number): "t\(number)"
        }
    }
}
