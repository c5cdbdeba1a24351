import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension CallbackQueue {
    private static let columns =
        "version, address, name_lookup, connect, tls, first_byte, total, fault, head"

    /// Returns the attempts in the same order, each with the exchange record that the queue keeps
    /// for it.
    package func deliveries(_ attempts: [Attempt]) throws(StorageError) -> [Delivery] {
        let find = try database.prepare(
            """
            SELECT \(Self.columns) FROM exchanges WHERE attempt = ?3 AND callback = (
                SELECT id FROM callbacks WHERE company = ?1 AND callback_id = ?2)
            """)
        var deliveries: [Delivery] = []
        for attempt in attempts {
            find.bind([
                .text(attempt.company), .text(attempt.callbackID), Value(attempt.number),
            ])
            let exchange = try find.step() ? Self.exchange(find) : nil
            find.reset()
            deliveries.append(Delivery(attempt: attempt, exchange: exchange))
        }
        return deliveries
    }

    /// Returns the test deliveries of a company, newest first.
    package func testDeliveries(
        _ filter: AttemptFilter, limit: Int, offset: Int
    ) throws(StorageError) -> [Delivery] {
        let sql = """
            SELECT \(Self.columns), callback_id, finished_at, reason, status, profile, method,
                origin, company
            FROM trials WHERE company = ?1 AND finished_at >= ?2 AND finished_at < ?3
                AND profile = ifnull(?4, profile)
            ORDER BY finished_at DESC, id DESC LIMIT ?5 OFFSET ?6
            """
        return try database.rows(
            sql,
            [
                .text(filter.company), .integer(filter.start?.milliseconds ?? .min),
                .integer(filter.end?.milliseconds ?? .max), Value(filter.profileID),
                Value(limit), Value(offset),
            ], Self.testDelivery)
    }

    private static func exchange(_ row: borrowing Statement) -> ExchangeRecord {
        var phases = ExchangePhases()
        phases.nameLookup = row.count(2)
        phases.connect = row.count(3)
        phases.tls = row.count(4)
        phases.firstByte = row.count(5)
        phases.total = row.count(6)
        return ExchangeRecord(
            version: row.optionalInt(0), address: row.optionalText(1), phases: phases,
            fault: row.optionalText(7), head: row.blob(8))
    }

    private static func testDelivery(_ row: borrowing Statement) -> Delivery {
        let exchange = exchange(row)
        let reason = row.optionalInt(11).flatMap(Reason.init(rawValue:))
        let attempt = Attempt(
            company: row.text(16), callbackID: row.text(9),
            finishedAt: row.instant(10),
            outcome: reason == nil ? .delivered : .failed, reason: reason,
            status: row.optionalInt(12), profileID: row.text(13), method: row.text(14),
            origin: row.text(15), durationMilliseconds: exchange.phases.total / 1000)
        return Delivery(attempt: attempt, exchange: exchange)
    }
}
