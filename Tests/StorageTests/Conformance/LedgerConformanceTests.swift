import CivilTime
import DeliveryLog
import Storage
import StorageErrors
import Testing

/// What the ledger of reports promises on every engine.
@Suite struct LedgerConformanceTests {
    private func key(_ database: TestDatabase) -> ReportKey {
        ReportKey(
            company: "HA", frequency: .daily, occurrence: database.now,
            period: Period(start: database.now.advanced(seconds: -86_400), end: database.now),
            timeZone: "UTC")
    }

    private let report = StoredReport(
        standing: Standing(Tally(delivered: 1)), forms: [.json: "{}", .csv: ""],
        sender: "a@example.com",
        body: Array("body".utf8),
        messages: ["x", "y"].map {
            .init(
                DeliveryTarget(.email, "\($0)@example.com"), messageID: $0,
                header: Array("To: \($0)\n".utf8))
        })

    /// Claims a report as a run does.
    private func record(_ stores: TestStores, _ database: TestDatabase) throws -> Bool {
        let (key, report) = (key(database), report)
        return try stores.ledger.transaction { () throws(StorageError) in
            guard try !stores.ledger.isRecorded(key) else { return false }
            try stores.ledger.record(key, report, number: 1, now: database.now)
            return true
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `an occurrence is recorded once with all of its emails`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect())
        #expect(try record(one, database))
        #expect(try !record(other, database))
        let entry = try #require(try other.ledger.history().first)
        #expect(entry.deliveries.map(\.target.address) == ["x@example.com", "y@example.com"])
        #expect(try other.ledger.nextNumber(key(database)) == 2)
        #expect(
            try other.ledger.mails(ofReport: entry.id).map { String(decoding: $0, as: UTF8.self) }
                == ["To: x\nbody", "To: y\nbody"])
    }

    @Test(arguments: TestEngine.allCases)
    func `a second claim of an occurrence fails and leaves nothing`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let stores = try database.connect()
        #expect(try record(stores, database))
        let (key, report) = (key(database), report)
        let error = #expect(throws: StorageError.self) {
            try stores.ledger.transaction { () throws(StorageError) in
                try stores.ledger.record(key, report, number: 2, now: database.now)
            }
        }
        #expect(error?.kind == .conflict)
        #expect(try stores.ledger.history().map(\.number) == [1])
    }

    @Test(arguments: TestEngine.allCases)
    func `only one run has the lease of an email`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect().ledger, try database.connect().ledger)
        #expect(try record(database.connect(), database))
        let now = database.now
        let id = try #require(try one.dueDeliveries(now: now).first?.id)
        let lease = try #require(try one.lease(id, owner: "one", now: now))
        #expect(try other.lease(id, owner: "other", now: now) == nil)
        // Another run takes over when the lease has expired. Then the first one changes nothing.
        let later = now.advanced(seconds: ReportRetryRule.leaseSeconds)
        #expect(try other.lease(id, owner: "other", now: later)?.message == lease.message)
        #expect(try !one.markTransmitting(id, owner: "one", now: later))
        #expect(
            try !one.finish(
                lease, owner: "one", as: .accepted, reply: "250", nextAttempt: nil, now: later,
                isLast: true))
        #expect(try one.history().first?.deliveries.first?.state == .sending)
    }

    @Test(arguments: TestEngine.allCases)
    func `a finished email is never due again`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let stores = try database.connect()
        #expect(try record(stores, database))
        let (ledger, now) = (stores.ledger, database.now)
        for id in try ledger.dueDeliveries(now: now).map(\.id) {
            let lease = try #require(try ledger.lease(id, owner: "one", now: now))
            #expect(
                try ledger.finish(
                    lease, owner: "one", as: .accepted, reply: "250", nextAttempt: nil, now: now,
                    isLast: true))
        }
        #expect(try ledger.dueDeliveries(now: now.advanced(seconds: 365 * 86_400)).isEmpty)
        #expect(try ledger.history().map(\.state) == [.sent])
    }

    @Test(arguments: TestEngine.allCases)
    func `a notice to the operator does not cover an email that is sent again`(
        engine: TestEngine
    ) throws {
        let database = try TestDatabase(engine)
        let stores = try database.connect()
        #expect(try record(stores, database))
        let (ledger, now) = (stores.ledger, database.now)
        func rejectAll() throws {
            for id in try ledger.dueDeliveries(now: now).map(\.id) {
                let lease = try #require(try ledger.lease(id, owner: "one", now: now))
                #expect(
                    try ledger.finish(
                        lease, owner: "one", as: .rejected, reply: "550", nextAttempt: nil,
                        now: now, isLast: true))
            }
        }
        try rejectAll()
        let failed = try ledger.unreportedFailures().map(\.delivery)
        let report = try #require(try ledger.history().first?.id)
        try ledger.requeue(report, failedOnly: true, now: now)
        try ledger.recordOperatorNotified(failed)
        try rejectAll()
        #expect(try ledger.unreportedFailures().map(\.delivery) == failed)
        try ledger.recordOperatorNotified(failed)
        #expect(try ledger.unreportedFailures().isEmpty)
    }
}
