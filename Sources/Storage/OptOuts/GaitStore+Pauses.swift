import Foundation
import GRDB

extension GaitStore {
    /// Remembers a pause until it is ended; one that is remembered already stays as it is.
    package func add(_ pause: StoredOptOut) throws(StorageError) {
        try writing { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO pause (robot, person, created) VALUES (?, ?, ?)",
                arguments: [pause.robot ?? "", pause.person ?? "", Date().timeIntervalSince1970])
        }
    }

    /// Ends a pause, if there is one.
    package func remove(_ pause: StoredOptOut) throws(StorageError) {
        try writing { database in
            try database.execute(
                sql: "DELETE FROM pause WHERE robot = ? AND person = ?",
                arguments: [pause.robot ?? "", pause.person ?? ""])
        }
    }

    /// The pauses that were not ended.
    package func pauses() throws(StorageError) -> Set<StoredOptOut> {
        try reading { database in
            let rows = try Row.fetchAll(database, sql: "SELECT robot, person FROM pause")
            return Set(
                rows.map { row in
                    let (robot, person): (String, String) = (row["robot"], row["person"])
                    return StoredOptOut(
                        robot: robot.isEmpty ? nil : robot, person: person.isEmpty ? nil : person)
                })
        }
    }
}
