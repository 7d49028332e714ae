import Logging
import Messaging
import Storage
import Synchronization

/// Who has opted out, by `pause` requests: everyone, a robot's people, single people.
typealias OptOuts = Set<StoredOptOut>

extension OptOuts {
    var isNodePaused: Bool { contains(StoredOptOut()) }

    /// The robots whose people are all paused, in order.
    private var robots: [String] { compactMap { $0.person == nil ? $0.robot : nil }.sorted() }

    /// Whether all people that this robot sees are paused.
    func cover(robot: String) -> Bool {
        isNodePaused || contains(StoredOptOut(robot: robot))
    }

    /// Whether this person, by the name in the topics, is paused.
    func cover(robot: String, person: String) -> Bool {
        cover(robot: robot) || contains(StoredOptOut(robot: robot, person: person))
    }

    /// The opt-outs as `pause` and `resume` answer with them.
    var report: JSONValue {
        let people = compactMap { optOut in
            optOut.person.flatMap { person in optOut.robot.map { (robot: $0, person: person) } }
        }.sorted { ($0.robot, $0.person) < ($1.robot, $1.person) }
        return .object([
            "node": .boolean(isNodePaused), "robots": .array(robots.map { .string($0) }),
            "people": .array(
                people.map { .object(["robot": .string($0.robot), "person": .string($0.person)]) }),
        ])
    }

    /// The opt-outs as `health` publishes them.
    var metrics: HealthMessage.OptOuts {
        HealthMessage.OptOuts(node: isNodePaused, robots: robots, people: count { $0.person != nil })
    }
}

extension StoredOptOut {
    /// Whether it outlasts the run. Names that the node itself assigns, such as `t1` or `door-t1`, start over with every
    /// run and then denote someone else.
    var isLasting: Bool {
        guard let name = person?.split(separator: "-", omittingEmptySubsequences: false).last else {
            return true
        }
        return name.wholeMatch(of: /t[0-9]+/) == nil
    }
}

/// The current opt-outs, passed from the requests' thread to the pipeline's. For any thread.
final class SharedOptOuts: Sendable {
    private struct State {
        var optOuts = OptOuts()
        /// Counts changes.
        var change = 0
        /// The last change that the pipeline has applied.
        var applied = 0
    }

    private let state = SharedState(State())
    private let change = Atomic<Int>(0)

    var current: OptOuts { latest().optOuts }

    /// Counts changes; cheap enough to be asked for with every message.
    var changeCount: Int { change.load(ordering: .acquiring) }

    /// Changes the opt-outs.
    ///
    /// - Returns: the change's number.
    @discardableResult
    func change(_ edit: (inout OptOuts) -> Void) -> Int {
        state.withLock { state in
            edit(&state.optOuts)
            state.change += 1
            change.store(state.change, ordering: .releasing)
            return state.change
        }
    }

    /// The current opt-outs, and the number of the change that made them.
    func latest() -> (optOuts: OptOuts, change: Int) {
        state.withLock { ($0.optOuts, $0.change) }
    }

    /// Notes that the pipeline has applied a change.
    func noteApplied(_ change: Int) {
        state.withLock { $0.applied = max($0.applied, change) }
    }

    /// Waits until the pipeline has applied a change.
    ///
    /// - Returns: whether it did so in time.
    func waitUntilApplied(_ change: Int, seconds: Double) -> Bool {
        state.wait(seconds: seconds) { $0.applied >= change }
    }
}

/// The threads that write opt-outs: one at a time, and few that wait.
private final class OptOutWrites: Sendable {
    private static let maximumWaiting = 4
    private let waiting = Atomic<Int>(0)
    private let turn = Mutex(())

    /// Whether one more may wait; then ``write(_:)`` or ``end()`` has to follow.
    func begin() -> Bool {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.maximumWaiting else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func end() { waiting.subtract(1, ordering: .relaxed) }

    func write(_ body: () throws -> Void) throws {
        defer { end() }
        try turn.withLock { _ in try body() }
    }
}

/// Executes `pause` and `resume`, on the requests' thread.
struct OptOutHandler {
    /// Seconds within which the pipeline, between two batches, applies a change.
    private static let patience = 5.0
    /// Seconds within which an opt-out should be on the disk.
    private static let diskPatience = 2.0
    /// The most opt-outs at once; far more people than will ever object to one node.
    private static let limit = 4096

    let optOuts: SharedOptOuts
    let access: StoreAccess
    let logger: Logger
    private let writes = OptOutWrites()
    /// Tells the pipeline about a change.
    let wake: @Sendable () -> Void

    /// Restores the opt-outs of an earlier run; call this before anyone is classified. If the store cannot be read,
    /// this logs an error and people are classified anyway: a node that refused to start could not be asked to forget
    /// them either.
    func recover() {
        guard access.isThere else { return }
        do {
            let stored = try access.store().optOuts()
            // A pause may have come already.
            optOuts.change { $0.formUnion(stored) }
            if !stored.isEmpty { logger.notice("\(stored.count) pauses of an earlier run continue") }
        } catch {
            logger.error("the pauses of an earlier run cannot be read: \(error)")
        }
    }

    /// `pause`: when this returns, the people it names are no longer classified or stored.
    func pause(_ request: RequestMessage) throws -> JSONValue {
        let optOut = try Self.target(request)
        let known = optOuts.current
        guard known.contains(optOut) || known.count < Self.limit else {
            throw RequestFailure(
                .tooManyPauses,
                "there are \(Self.limit) pauses, the most allowed: resume some, or pause a robot")
        }
        let change = optOuts.change { $0.insert(optOut) }
        wake()
        guard optOuts.waitUntilApplied(change, seconds: Self.patience) else {
            throw RequestFailure(.busy, "the pause is noted but not applied yet: ask again")
        }
        return answer(isLasting: optOut.isLasting && keep(optOut))
    }

    /// `resume`: ends the pause with exactly these fields.
    func resume(_ request: RequestMessage) throws -> JSONValue {
        let optOut = try Self.target(request)
        optOuts.change { $0.remove(optOut) }
        wake()
        return answer(isLasting: optOut.isLasting && keep(optOut))
    }

    private func answer(isLasting: Bool) -> JSONValue {
        .object(["paused": optOuts.current.report, "lasting": .boolean(isLasting)])
    }

    /// Writes to the store whether an opt-out holds, on a thread of its own: a disk that hangs must not keep the next
    /// person from being paused.
    ///
    /// - Returns: whether it is on the disk; false if that takes longer than ``diskPatience``.
    private func keep(_ optOut: StoredOptOut) -> Bool {
        guard access.isConfigured else { return false }
        let isKept = SharedState<Bool?>(nil)
        guard writes.begin() else {
            logger.warning("this pause, or its end, may not outlast this run: the disk does not answer")
            return false
        }
        do throws(MessagingError) {
            _ = try NodeThread(name: "pauses") { write(optOut, isKept) }
        } catch {
            writes.end()
            logger.warning("this pause, or its end, will not outlast this run: \(error)")
            return false
        }
        _ = isKept.wait(seconds: Self.diskPatience) { $0 != nil }
        return isKept.withLock { $0 } == true
    }

    private func write(_ optOut: StoredOptOut, _ isKept: SharedState<Bool?>) {
        do {
            try writes.write {
                let store = try access.store()
                // As it is now: a later change may have been written first.
                if optOuts.current.contains(optOut) {
                    try store.add(optOut)
                } else {
                    try store.remove(optOut)
                }
            }
            isKept.withLock { $0 = true }
        } catch {
            logger.warning("this pause, or its end, will not outlast this run: \(error)")
            isKept.withLock { $0 = false }
        }
    }

    private static func target(_ request: RequestMessage) throws -> StoredOptOut {
        struct Fields: Decodable { let robot, person: String? }
        let fields: Fields = try request.decoded()
        guard fields.person == nil || fields.robot != nil else {
            throw RequestFailure(.invalidRequest, "'robot' is missing: a person belongs to a robot")
        }
        try RequestFailure.check(robot: fields.robot, person: fields.person)
        return StoredOptOut(robot: fields.robot, person: fields.person)
    }
}
