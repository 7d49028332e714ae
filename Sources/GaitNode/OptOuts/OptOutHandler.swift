import Foundation
import Logging
import Messaging
import Storage

/// Executes `pause` and `resume`, on the requests' thread.
struct OptOutHandler {
    /// Seconds within which the pipeline, between two batches, applies a change.
    private static let patience = 5.0

    let optOuts: SharedOptOuts
    let access: StoreAccess
    let logger: Logger
    /// Tells the pipeline about a change.
    let wake: @Sendable () -> Void

    /// Restores the pauses of an earlier run; call this before anyone is classified. If the store cannot be read,
    /// this logs an error and people are classified anyway: a node that refused to start could not be asked to forget
    /// them either.
    func recover() {
        guard access.isThere else { return }
        do throws(RequestFailure) {
            let store = try access.store()
            let stored: Set<StoredOptOut>
            do { stored = try store.optOuts() } catch { throw RequestFailure(error) }
            optOuts.change { $0 = OptOuts(stored) }
            if !stored.isEmpty { logger.notice("\(stored.count) pauses of an earlier run continue") }
        } catch {
            logger.error("the pauses of an earlier run cannot be read: \(error.message)")
        }
    }

    /// `pause`: when this returns, the people it names are no longer classified or stored.
    func pause(_ request: RequestMessage) throws(RequestFailure) -> JSONValue {
        let pause = try Self.target(request)
        let known = optOuts.pauses
        guard known.all.contains(pause) || known.all.count < OptOuts.limit else {
            throw RequestFailure(
                .tooManyPauses,
                "there are \(OptOuts.limit) pauses, the most allowed: resume some, or pause a robot")
        }
        let change = optOuts.change { $0.insert(pause) }
        wake()
        guard optOuts.waitUntilApplied(change, seconds: Self.patience) else {
            throw RequestFailure(.busy, "the pause is noted but not applied yet: ask again")
        }
        let isLasting = pause.isLasting && write { store throws(StorageError) in try store.add(pause) }
        return answer(isLasting: isLasting)
    }

    /// `resume`: ends the pause with exactly these fields.
    func resume(_ request: RequestMessage) throws(RequestFailure) -> JSONValue {
        let pause = try Self.target(request)
        let isLasting =
            pause.isLasting && write { store throws(StorageError) in try store.remove(pause) }
        optOuts.change { $0.remove(pause) }
        wake()
        return answer(isLasting: isLasting)
    }

    private func answer(isLasting: Bool) -> JSONValue {
        .object(["paused": optOuts.pauses.report, "lasting": .boolean(isLasting)])
    }

    /// Returns whether the change is on the disk.
    private func write(_ body: (GaitStore) throws(StorageError) -> Void) -> Bool {
        guard access.isConfigured else { return false }
        do throws(RequestFailure) {
            let store = try access.store()
            do { try body(store) } catch { throw RequestFailure(error) }
            return true
        } catch {
            logger.warning("this pause, or its end, will not outlast this run: \(error.message)")
            return false
        }
    }

    private struct Fields: Decodable {
        let robot, person: String?
    }

    private static func target(_ request: RequestMessage) throws(RequestFailure) -> StoredOptOut {
        let fields: Fields
        do { fields = try request.decoded() } catch { throw RequestFailure(error) }
        guard fields.person == nil || fields.robot != nil else {
            throw RequestFailure(.invalidRequest, "'robot' is missing: a person belongs to a robot")
        }
        try RequestFailure.check(robot: fields.robot, person: fields.person)
        return StoredOptOut(robot: fields.robot, person: fields.person)
    }
}
