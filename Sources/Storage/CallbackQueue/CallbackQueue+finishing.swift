package import CivilTime
import DeliveryLog
import SQL
package import StorageErrors

extension CallbackQueue {
    /// Records finished attempts in the log and in the queue. Must be called within a transaction.
    ///
    /// Skips attempts whose lease was lost: the process that claimed the callback records its own
    /// attempt.
    package func finish(
        _ attempts: [FinishedAttempt], owner: Int64, _ writer: inout AttemptWriter
    ) throws(StorageError) {
        let statements = try FinishStatements(database)
        var endpoints = EndpointTable(database)
        var news: [Int64: EndpointChanges] = [:]
        var records: [Attempt] = []
        for attempt in attempts where try statements.finish(attempt, owner: owner) {
            records.append(attempt.attempt)
            try statements.keep(attempt)
            let endpoint = attempt.claim.endpoint
            if let next = attempt.nextAttempt { endpoints.noteDue(next, endpoint: endpoint) }
            news[endpoint, default: EndpointChanges()].take(attempt)
        }
        // Recording one attempt at a time would take a fifth of the total time.
        _ = try writer.record(records)
        try endpoints.writeDue()
        for (endpoint, news) in news.sorted(by: { $0.key < $1.key }) {
            try write(news, endpoint: endpoint)
        }
    }

    private func write(_ news: EndpointChanges, endpoint: Int64) throws(StorageError) {
        if let speed = news.speed, speed != news.speedBefore {
            try database.execute(
                "UPDATE lanes SET pace = ? WHERE id = ?",
                [Value(speed.rawValue), .integer(endpoint)])
        }
        if let success = news.lastSuccess {
            try database.execute(
                "UPDATE lanes SET last_success = ? WHERE id = ?",
                [.integer(success.milliseconds), .integer(endpoint)])
        }
    }

    /// Returns whether an endpoint has failed for so long that its profile must be disabled.
    ///
    /// - Parameter start: When the profile was enabled. Earlier attempts do not count.
    package func isUnresponsive(
        endpoint: Int64, activeSince start: Instant, now: Instant
    ) throws(StorageError) -> Bool {
        let sql = "SELECT ifnull(last_success, created_at) FROM lanes WHERE id = ?"
        let recorded = try database.row(sql, [.integer(endpoint)]) { $0.instant(0) }
        let last = recorded ?? start
        // A time in the future comes from a wrong clock and says nothing. It is not reset, because
        // the wrong clock may be this one.
        let known = [last, start].filter { $0 <= now }.max() ?? now
        return try DisableRule.applies(lastSuccess: known, now: now) {
            () throws(StorageError) in
            let start = now.advanced(seconds: -DisableRule.silence)
            let count = """
                SELECT count(*) FROM (
                    SELECT 1 FROM callbacks INDEXED BY callbacks_failed
                    WHERE lane = ? AND state = 3 AND finished_at > ? LIMIT ?)
                """
            return Int(
                try database.integer(
                    count,
                    [
                        .integer(endpoint), .integer(start.milliseconds),
                        Value(DisableRule.failures),
                    ]))
        }
    }
}

/// What the attempts of one batch say about their endpoint.
struct EndpointChanges {
    private(set) var speed: EndpointSpeed?
    private(set) var speedBefore: EndpointSpeed?
    private(set) var lastSuccess: Instant?

    mutating func take(_ attempt: FinishedAttempt) {
        speedBefore = attempt.claim.speed
        if let speed = attempt.speed { self.speed = speed }
        if attempt.state == .delivered { lastSuccess = attempt.at }
    }
}
