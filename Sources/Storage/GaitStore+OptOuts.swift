import Foundation
import GRDB

/// Whose gait must not be processed: one person's, that of everyone whom a robot sees, or everyone's.
package struct StoredOptOut: Hashable, Sendable {
    /// Nil for all robots.
    package let robot: String?
    /// Nil for everyone; only with a robot.
    package let person: String?

    package init(robot: String? = nil, person: String? = nil) {
        (self.robot, self.person) = (robot, person)
    }
}

extension GaitStore {
    /// Keeps an opt-out until it is removed; does nothing if the store has it already.
    package func add(_ optOut: StoredOptOut) throws(StorageError) {
        try writing { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO pause (robot, person, created) VALUES (?, ?, ?)",
                arguments: [optOut.robot ?? "", optOut.person ?? "", Date().timeIntervalSince1970])
        }
    }

    /// Removes an opt-out, if the store has it.
    package func remove(_ optOut: StoredOptOut) throws(StorageError) {
        try writing { database in
            try database.execute(
                sql: "DELETE FROM pause WHERE robot = ? AND person = ?",
                arguments: [optOut.robot ?? "", optOut.person ?? ""])
        }
    }

    package func optOuts() throws(StorageError) -> Set<StoredOptOut> {
        try reading { database in
            let sql = "SELECT NULLIF(robot, ''), NULLIF(person, '') FROM pause"
            return Set(try Row.fetchAll(database, sql: sql).map { StoredOptOut(robot: $0[0], person: $0[1]) })
        }
    }
}
