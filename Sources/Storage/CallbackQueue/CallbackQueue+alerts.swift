import CivilTime
import SQL
import StorageErrors

/// What alerts say about the queue of an endpoint.
extension CallbackQueue {
    /// Returns the number of waiting callbacks of an endpoint, and when the last attempt at the last
    /// of them is made at the latest.
    static func waiting(
        endpoint: String, company: String, now: Instant, in database: Database
    ) throws(StorageError) -> (count: Int, end: Instant?) {
        let sql = """
            SELECT tries_left, count(*), max(due)
            FROM callbacks INDEXED BY callbacks_waiting
            WHERE state = 0 AND lane = (SELECT id FROM lanes WHERE company = ? AND name = ?)
            GROUP BY tries_left
            """
        let rows = try database.rows(sql, [.text(company), .text(endpoint)]) {
            (left: $0.int(0), count: $0.count(1), due: $0.clampedInstant(2))
        }
        let ends = rows.map {
            CallbackRetryRule.lastAttempt(triesLeft: $0.left, due: max($0.due, now))
        }
        return (rows.reduce(0) { $0 + $1.count }, ends.max())
    }

    /// Returns the beginning of the body of the answer to an attempt, as stored with the attempt.
    static func answer(
        to callbackID: String, attempt: Int, company: String, in database: Database
    ) throws(StorageError) -> String? {
        guard try database.hasTable("exchanges") else { return nil }
        let sql = """
            SELECT head, fault FROM exchanges WHERE attempt = ? AND callback = (
                SELECT id FROM callbacks WHERE company = ? AND callback_id = ?)
            """
        let row = try database.row(sql, [Value(attempt), .text(company), .text(callbackID)]) {
            (head: $0.blob(0), fault: $0.optionalText(1))
        }
        guard let row else { return nil }
        return row.fault ?? (row.head.isEmpty ? nil : String(decoding: row.head, as: UTF8.self))
    }
}

extension CallbackRetryRule {
    /// Returns the latest time of the last attempt at a callback.
    ///
    /// - Parameters:
    ///   - triesLeft: The number of attempts that remain.
    ///   - due: When the next one is due.
    static func lastAttempt(triesLeft: Int, due: Instant) -> Instant {
        var end = due
        for left in stride(from: triesLeft, to: 1, by: -1) {
            end = nextAttempt(triesLeft: left, at: end, retryAfter: nil, jitter: 1) ?? end
        }
        return end
    }
}
