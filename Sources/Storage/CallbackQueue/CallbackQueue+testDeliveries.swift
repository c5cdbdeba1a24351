import CivilTime
import DeliveryLog
import SQL
package import StorageErrors

extension CallbackQueue {
    /// Records a test delivery of a profile. Counts and reports do not include it.
    package func record(test delivery: Delivery) throws(StorageError) {
        let attempt = delivery.attempt
        let exchange = delivery.exchange ?? ExchangeRecord()
        let phases = exchange.phases
        try database.execute(
            """
            INSERT INTO trials(company, callback_id, profile, version, finished_at, reason, status,
                method, origin, address, name_lookup, connect, tls, first_byte, total, fault, head)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(attempt.company), .text(attempt.callbackID), Value(attempt.profileID),
                Value(exchange.version), .integer(attempt.finishedAt.milliseconds),
                Value(attempt.reason?.rawValue), Value(attempt.status), Value(attempt.method),
                Value(attempt.origin), Value(exchange.address), Value(phases.nameLookup),
                Value(phases.connect), Value(phases.tls), Value(phases.firstByte),
                Value(phases.total), Value(exchange.fault), .blob(exchange.head),
            ])
    }
}
