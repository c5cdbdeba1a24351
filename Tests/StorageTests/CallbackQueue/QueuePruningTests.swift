import CivilTime
import DeliveryLog
import SQL
import Storage
import TestSupport
import Testing

/// What the queue deletes after the retention time.
@Suite struct QueuePruningTests {
    private let fixture: QueueFixture
    private let day: Int64 = 86_400

    init() throws {
        fixture = try QueueFixture()
    }

    private var database: Database { fixture.log.database }

    /// Inserts finished callbacks of one endpoint queue.
    private func addOver(
        _ count: Int, _ name: String, state: CallbackState = .delivered, days: Int64
    ) throws {
        let at = fixture.now.advanced(seconds: days * day)
        try database.execute(
            "INSERT OR IGNORE INTO lanes(company, name, pace, created_at) VALUES('HA', ?, 0, ?)",
            [.text(name), .integer(at.milliseconds)])
        try database.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            INSERT INTO callbacks(company, callback_id, lane, state, due, attempts, tries_left,
                created_at, finished_at, profile, channel, variables)
            SELECT 'HA', ?2 || '-' || ?4 || '-' || i, (SELECT id FROM lanes WHERE name = ?2), ?3, ?4, 1,
                7, ?4, ?4, ?2, 'sms', '{}' FROM n
            """,
            [Value(count), .text(name), Value(state.rawValue), .integer(at.milliseconds)])
        if state == .delivered {
            try database.execute(
                "UPDATE lanes SET last_success = ? WHERE name = ?",
                [.integer(at.milliseconds), .text(name)])
        }
    }

    private func endpoints() throws -> [String] {
        try database.rows("SELECT name FROM lanes ORDER BY name") { $0.text(0) }
    }

    private func count(_ table: String) throws -> Int64 {
        try database.integer("SELECT count(*) FROM \(table)")
    }

    @Test func replaysOfOneCompanyDoNotBlockPruning() throws {
        try addOver(10_001, "IN_replayed", days: 0)
        try addOver(2500, "IN_old", days: -3)
        let limit = fixture.now.advanced(seconds: -day)
        #expect(try fixture.queue.prune(before: limit, steps: 2) == (2000, false))
        #expect(try fixture.queue.prune(before: limit) == (500, true))
        #expect(try count("callbacks") == 10_001)
    }

    @Test func oldExchangesAndTestDeliveriesArePruned() throws {
        try addOver(2, "IN_old", days: -3)
        try addOver(1, "IN_new", days: 0)
        try database.execute(
            "INSERT INTO exchanges SELECT id, 1, 1, '', 0, 0, 0, 0, 0, NULL, x'' FROM callbacks")
        for at in [-3, 0] {
            try database.execute(
                """
                INSERT INTO trials(company, callback_id, profile, version, finished_at, method,
                    origin, name_lookup, connect, tls, first_byte, total, head)
                VALUES('HA', '', '', 1, ?, '', '', 0, 0, 0, 0, 0, x'')
                """, [.integer(fixture.now.advanced(seconds: Int64(at) * day).milliseconds)])
        }
        try fixture.queue.prune(before: fixture.now.advanced(seconds: -day))
        #expect(try count("exchanges") == 1)
        #expect(try count("trials") == 1)
    }

    @Test func unusedEndpointQueuesArePruned() throws {
        try addOver(3, "idle", days: -3)
        try addOver(3, "failing", state: .failed, days: -3)
        try addOver(1, "failing", state: .failed, days: 0)
        try addOver(3, "delivering", days: -3)
        try addOver(1, "delivering", days: 0)
        try addOver(3, "waiting", days: -3)
        try addOver(3, "sending", days: -3)
        fixture.now = fixture.now.advanced(seconds: -2 * day)
        try fixture.accept("w", profile: "waiting")
        fixture.now = fixture.now.advanced(seconds: 2 * day)
        try database.execute(
            """
            INSERT INTO callbacks(company, callback_id, lane, state, due, attempts, tries_left,
                created_at, lease_until, owner, profile, channel, variables)
            SELECT 'HA', 's', id, 1, 0, 0, 8, 0, 0, 1, name, 'sms', '{}' FROM lanes
            WHERE name = 'sending'
            """)
        try fixture.queue.prune(before: fixture.now.advanced(seconds: -day))
        #expect(try endpoints() == ["delivering", "failing", "sending", "waiting"])
        #expect(try database.rows("PRAGMA foreign_key_check") { $0.text(0) } == [])
        // Reference checks are enabled again.
        #expect(try database.integer("PRAGMA foreign_keys") == 1)
        // A queue that is used again is inserted again.
        #expect(try fixture.accept("i", profile: "idle") == [true])
        #expect(try endpoints().contains("idle"))
    }

    @Test func callbackFinishedByFastClockKeepsItsQueue() throws {
        try addOver(1, "ahead", days: 9)
        try database.execute(
            "UPDATE lanes SET created_at = ?1, last_success = ?1",
            [.integer(fixture.now.advanced(seconds: -9 * day).milliseconds)])
        try fixture.queue.prune(before: fixture.now)
        #expect(try endpoints() == ["ahead"])
        #expect(try database.rows("PRAGMA foreign_key_check") { $0.text(0) } == [])
    }
}
