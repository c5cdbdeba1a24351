package import CivilTime
package import SQLite
import Storage

/// A callback and how it stands with it.
package struct CallbackEntry: Hashable, Sendable {
    package var callback: NewCallback
    package var state: CallbackState
    package var attempts: Int
    package var createdAt: Instant
    /// When it is to be sent, while it waits; when it was, afterwards.
    package var due: Instant
    package var finishedAt: Instant?
}

/// What replaying a callback came to.
package enum Replay: Hashable, Sendable {
    /// It waits for one more attempt.
    case queued
    /// It is not over yet, so there is nothing to repeat.
    case notFinal(CallbackState)
    case unknown
}

extension CallbackQueue {
    /// A callback of a company; nil when it never accepted one with this id.
    package func entry(
        _ callbackID: String, company: String
    ) throws(DatabaseError) -> CallbackEntry? {
        let sql = """
            \(Self.contents), state, attempts, created_at, due, finished_at
            FROM callbacks WHERE company = ? AND callback_id = ?
            """
        return try database.row(sql, [.text(company), .text(callbackID)], Self.entry)
    }

    private static func entry(_ row: borrowing Statement) -> CallbackEntry {
        CallbackEntry(
            callback: callback(row),
            state: CallbackState(rawValue: row.int(7)) ?? .failed, attempts: row.count(8),
            createdAt: row.instant(9),
            due: row.instant(10),
            finishedAt: row.optionalInstant(11))
    }

    /// Sends a callback again that is over: one more attempt, which no other follows.
    package func replay(
        _ callbackID: String, company: String, now: Instant
    ) throws(DatabaseError) -> Replay {
        try database.transaction { () throws(DatabaseError) in
            let sql = "SELECT id, lane, state FROM callbacks WHERE company = ? AND callback_id = ?"
            let found = try database.row(sql, [.text(company), .text(callbackID)]) {
                (id: $0.integer(0), lane: $0.integer(1), state: CallbackState(rawValue: $0.int(2)))
            }
            guard let found, let state = found.state else { return .unknown }
            guard state.isFinal else { return .notFinal(state) }
            try database.execute(
                """
                UPDATE callbacks SET state = 0, due = ?, tries_left = 1, finished_at = NULL
                WHERE id = ?
                """, [.integer(now.milliseconds), .integer(found.id)])
            var lanes = EndpointTable(database)
            lanes.noteDue(now, lane: found.lane)
            try lanes.writeDue()
            return .queued
        }
    }

    /// How many callbacks are in each state.
    package func counts() throws(DatabaseError) -> [CallbackState: Int] {
        let sql = "SELECT state, count(*) FROM callbacks GROUP BY state"
        let rows = try database.rows(sql) { (CallbackState(rawValue: $0.int(0)), $0.int(1)) }
        return rows.reduce(into: [:]) { counts, row in
            if let state = row.0 { counts[state] = row.1 }
        }
    }

    /// How many callbacks wait or are in flight, and since when the first of them has been due.
    package func depth(
        now: Instant
    ) throws(DatabaseError) -> (waiting: Int, inFlight: Int, oldestDue: Instant?) {
        let waiting = "SELECT count(*) FROM callbacks INDEXED BY callbacks_waiting WHERE state = 0"
        let inFlight =
            "SELECT count(*) FROM callbacks INDEXED BY callbacks_in_flight WHERE state = 1"
        let oldest = try database.row(
            "SELECT min(next_due) FROM lanes WHERE next_due <= ?", [.integer(now.milliseconds)]
        ) { $0.optionalInstant(0) }
        return (
            waiting: Int(try database.integer(waiting)),
            inFlight: Int(try database.integer(inFlight)),
            oldestDue: oldest.flatMap { $0 }
        )
    }
}
