import CivilTime
import Curl
import Profiles
import SQLite
import StorageErrors

extension CallbackQueue {
    /// Records a test delivery. Counts and reports do not include it.
    func keep(
        _ testDelivery: TestDelivery, of profile: Profile, callbackID: String, at now: Instant
    ) throws(StorageError) {
        let (result, phases) = (testDelivery.result, testDelivery.result.phases)
        try database.execute(
            """
            INSERT INTO trials(company, callback_id, profile, version, finished_at, reason, status,
                method, origin, address, name_lookup, connect, tls, first_byte, total, fault, head)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(profile.company), .text(callbackID), .text(profile.id),
                Value(profile.current.number), .integer(now.milliseconds),
                Value(testDelivery.verdict.reason?.rawValue), Value(result.status),
                .text(testDelivery.request.method), .text(URLOrigin.of(testDelivery.request.url)),
                Value(result.address), Value(phases.nameLookup), Value(phases.connect),
                Value(phases.tls), Value(phases.firstByte), Value(phases.total),
                Value(result.fault?.message), .blob(result.content),
            ])
    }
}
