import Foundation
import GRDB

/// The identity of a request that is executed once: its transaction and its content, as digests, since both may name
/// people.
package struct RequestTransaction: Sendable, Hashable {
    /// SHA-256 of the transaction's JSON text: `1` and `"1"` differ, and so do numbers that round to the same Double.
    package let name: String
    /// SHA-256 of command and payload.
    package let digest: String

    /// - Parameter text: The transaction's JSON text as the request has it.
    package init(text: [UInt8], command: String, payload: [UInt8]) {
        name = SHA256.hexadecimal(of: text)
        digest = SHA256.hexadecimal(of: Array(command.utf8) + [0] + payload)
    }
}

extension GaitStore {
    /// What the store knows of a transaction.
    package enum KnownTransaction: Equatable, Sendable {
        /// The answer to the same request.
        case answered(String)
        /// Another request had this transaction.
        case reused
        /// The same request was answered, and the gaits that its answer tells of were forgotten.
        case forgotten
    }

    /// Seconds for which an answer is kept.
    package static let transactionSeconds = 600.0
    /// Answers that are kept: ten minutes of 100 a second.
    private static let maximumAnswers: Int64 = 1 << 16
    /// Bytes of all answers that are kept.
    private static let maximumAnswerBytes = 16 << 20
    /// Answers after which the limits of number and size are applied.
    private static let trimInterval: Int64 = 64

    /// What is known of a transaction of the last ten minutes; nil if it is new.
    package func known(
        _ transaction: RequestTransaction, now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> KnownTransaction? {
        try reading { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT digest, answer FROM request WHERE name = ? AND created >= ?",
                arguments: [transaction.name, now - Self.transactionSeconds])
            guard let row else { return nil }
            guard row["digest"] == transaction.digest else { return .reused }
            let answer: String? = row["answer"]
            return answer.map { .answered($0) } ?? .forgotten
        }
    }

    /// Keeps the answer to a request for ten minutes; it replaces an earlier one of the same transaction.
    package func keep(
        _ answer: String, for transaction: RequestTransaction, now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) {
        try writing { try Self.keep(answer, for: transaction, gaits: [], now, $0) }
    }

    /// Keeps an answer in the transaction that executes its request.
    ///
    /// - Parameter gaits: The gaits that the answer tells of.
    static func keep(
        _ answer: String, for transaction: RequestTransaction, gaits: [Int64], _ now: Double,
        _ database: Database
    ) throws {
        try database.execute(
            sql: "DELETE FROM request WHERE created < ?", arguments: [now - transactionSeconds])
        try database.execute(
            sql: """
                INSERT INTO request (name, digest, answer, created) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, answer = excluded.answer
                """, arguments: [transaction.name, transaction.digest, answer, now])
        let found = try Int64.fetchOne(
            database, sql: "SELECT id FROM request WHERE name = ?", arguments: [transaction.name])
        guard let id = found else { return }
        for gait in gaits {
            try database.execute(
                sql: "INSERT OR IGNORE INTO request_gait (request, gait) VALUES (?, ?)",
                arguments: [id, gait])
        }
        guard id % trimInterval == 0 else { return }
        try database.execute(
            sql: """
                DELETE FROM request WHERE id <= ? OR id IN (SELECT id FROM
                (SELECT id, SUM(LENGTH(answer)) OVER (ORDER BY id DESC) AS bytes FROM request) WHERE bytes > ?)
                """, arguments: [id - maximumAnswers, maximumAnswerBytes])
    }

    /// The condition that an answer mentions a name. Names of topics count as whole words: `7` is in most numbers.
    private static func mention(of name: String) throws -> (condition: String, argument: String) {
        if name.utf8.allSatisfy({ $0.isNameByte }) {
            // A full stop may follow it.
            return ("(' ' || answer || ' ') GLOB ?", "*[^A-Za-z0-9_.-]\(name)[^A-Za-z0-9_-]*")
        }
        // As it is written in JSON, without the quotes.
        let text = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
        return ("INSTR(answer, ?)", String(text.dropFirst().dropLast()))
    }

    /// Removes the answers that tell of gaits or contain names, but not what distinguishes their requests.
    ///
    /// - Parameter names: As in the gaits; beyond 64 of them no answer is kept.
    static func clearAnswers(about gaits: [Int64], names: Set<String>, _ database: Database) throws {
        let list = gaits.map(String.init).joined(separator: ",")
        try database.execute(
            sql: """
                UPDATE request SET answer = NULL
                WHERE id IN (SELECT request FROM request_gait WHERE gait IN (\(list)))
                """)
        var cleared = database.changesCount
        if names.count > 64 {
            try database.execute(sql: "UPDATE request SET answer = NULL WHERE answer IS NOT NULL")
            cleared += database.changesCount
        } else {
            for name in names {
                let (condition, argument) = try mention(of: name)
                try database.execute(
                    sql: "UPDATE request SET answer = NULL WHERE \(condition)", arguments: [argument])
                cleared += database.changesCount
            }
        }
        if cleared > 0 || !gaits.isEmpty { try database.execute(sql: "UPDATE upkeep SET erasing = 1") }
    }
}

extension UInt8 {
    /// Whether it may be in a robot's or a person's name in the topics.
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
