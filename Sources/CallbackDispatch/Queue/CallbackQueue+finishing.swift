import CivilTime
import DeliveryLog
import SQLite
import Storage

extension CallbackQueue {
    /// Writes attempts down, in the log and in the queue; to be called within a transaction.
    ///
    /// One whose lease was lost is left out: whoever took the callback will tell of it.
    func finish(
        _ attempts: [FinishedAttempt], owner: Int64, _ writer: inout AttemptWriter
    ) throws(DatabaseError) {
        let statements = try FinishStatements(database)
        var lanes = EndpointTable(database)
        var news: [Int64: EndpointNews] = [:]
        var records: [Attempt] = []
        for attempt in attempts where try statements.finish(attempt, owner: owner) {
            records.append(attempt.attempt)
            try statements.keep(attempt)
            let lane = attempt.claim.lane
            if let next = attempt.nextAttempt { lanes.noteDue(next, lane: lane) }
            news[lane, default: EndpointNews()].take(attempt)
        }
        // Each by itself would take a fifth of all the time there is.
        _ = try writer.record(records)
        try lanes.writeDue()
        for (lane, news) in news { try write(news, lane: lane) }
    }

    private func write(_ news: EndpointNews, lane: Int64) throws(DatabaseError) {
        if let pace = news.pace, pace != news.paceBefore {
            try database.execute(
                "UPDATE lanes SET pace = ? WHERE id = ?", [Value(pace.rawValue), .integer(lane)])
        }
        if let success = news.lastSuccess {
            try database.execute(
                "UPDATE lanes SET last_success = ? WHERE id = ?",
                [.integer(success.milliseconds), .integer(lane)])
        }
    }

    /// Whether nothing got through in a lane for so long that its profile is to be disabled.
    ///
    /// - Parameter start: when the profile was enabled; what was before does not count.
    func isSilent(
        lane: Int64, activeSince start: Instant, now: Instant
    ) throws(DatabaseError) -> Bool {
        let sql = "SELECT ifnull(last_success, created_at) FROM lanes WHERE id = ?"
        let recorded = try database.row(sql, [.integer(lane)]) { $0.instant(0) }
        let last = recorded ?? start
        // A time that has not come yet is a wrong clock's, and says nothing. It is not set back:
        // the clock that is wrong may be this one.
        let known = [last, start].filter { $0 <= now }.max() ?? now
        return try DisableRule.applies(lastSuccess: known, now: now) {
            () throws(DatabaseError) in
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
                        .integer(lane), .integer(start.milliseconds), Value(DisableRule.failures),
                    ]))
        }
    }
}

/// What the attempts of one group say about their lane.
struct EndpointNews {
    private(set) var pace: EndpointSpeed?
    private(set) var paceBefore: EndpointSpeed?
    private(set) var lastSuccess: Instant?

    mutating func take(_ attempt: FinishedAttempt) {
        paceBefore = attempt.claim.pace
        if let pace = attempt.pace { self.pace = pace }
        if attempt.state == .delivered { lastSuccess = attempt.at }
    }
}
