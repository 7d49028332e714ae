import Foundation
import Logging
import Messaging
import Storage

/// Executes `pause` and `resume`, on the requests' thread.
struct OptOutHandler {
    /// Seconds within which the pipeline, between two batches, acts by a change.
    private static let patience = 5.0

    let board: SharedOptOuts
    let access: StoreAccess
    let logger: Logger
    /// Tells the pipeline to look.
    let wake: @Sendable () -> Void

    /// Takes over what an earlier run was asked for; to be called before anybody is read. Where the store cannot be read this is an error in the log, and
    /// people are read: a node that refused to start would not be asked to forget either.
    func recover() {
        guard access.isThere else { return }
        do throws(RequestFailure) {
            let store = try access.store()
            let stored: Set<StoredOptOut>
            do { stored = try store.pauses() } catch { throw RequestFailure(error) }
            board.change { $0 = OptOuts(stored) }
            if !stored.isEmpty { logger.notice("\(stored.count) pauses of an earlier run go on") }
        } catch {
            logger.error("who asked not to be read is not known: \(error.message)")
        }
    }

    /// `pause`: when this returns nobody whom it names is read or kept any more.
    func pause(_ fields: JSONFields) throws(RequestFailure) -> JSONValue {
        let pause = try Self.target(fields)
        let known = board.pauses
        guard known.all.contains(pause) || known.all.count < OptOuts.limit else {
            throw RequestFailure(
                .tooManyPauses, "\(OptOuts.limit) pauses are kept: resume some, or pause a robot")
        }
        let change = board.change { $0.insert(pause) }
        wake()
        guard board.waitUntilApplied(change, seconds: Self.patience) else {
            throw RequestFailure(.busy, "the pause is noted and not in force yet: ask again")
        }
        let isLasting = pause.isLasting && write { store throws(StorageError) in try store.add(pause) }
        return answer(isLasting: isLasting)
    }

    /// `resume`: ends the pause of exactly what is named.
    func resume(_ fields: JSONFields) throws(RequestFailure) -> JSONValue {
        let pause = try Self.target(fields)
        let isLasting =
            pause.isLasting && write { store throws(StorageError) in try store.remove(pause) }
        board.change { $0.remove(pause) }
        wake()
        return answer(isLasting: isLasting)
    }

    private func answer(isLasting: Bool) -> JSONValue {
        .object(["paused": board.pauses.report, "lasting": .boolean(isLasting)])
    }

    /// Returns whether it is on the disk.
    private func write(_ body: (GaitStore) throws(StorageError) -> Void) -> Bool {
        guard access.isConfigured else { return false }
        do throws(RequestFailure) {
            let store = try access.store()
            do { try body(store) } catch { throw RequestFailure(error) }
            return true
        } catch {
            logger.warning("a pause, or its end, will be forgotten with this run: \(error.message)")
            return false
        }
    }

    private static func target(_ fields: JSONFields) throws(RequestFailure) -> StoredOptOut {
        let robot: String?
        let person: String?
        do throws(JSONFields.Fault) {
            (robot, person) = (try fields.text("robot"), try fields.text("person"))
        } catch { throw RequestFailure(error) }
        guard person == nil || robot != nil else {
            throw RequestFailure(.invalidRequest, "'robot' is missing: a person is one of a robot's")
        }
        for (field, value) in [("robot", robot), ("person", person)] {
            guard let value, !Topics.isValidName(value) else { continue }
            throw RequestFailure(
                .invalidRequest, "'\(field)' must be a name of up to 64 letters, digits, _ . or -")
        }
        return StoredOptOut(robot: robot, person: person)
    }
}
