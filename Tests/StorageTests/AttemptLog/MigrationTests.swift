import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Files of the first version, in which attempts were clustered by company and time.
@Suite struct MigrationTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// Creates a file of the first version with the attempts of a model.
    private func formerFile(_ model: Model) throws -> Database {
        let database = try Database(path: folder.path(of: "log.db"))
        let first = Schema(owner: AttemptLog.schema.owner, steps: [AttemptLog.schema.steps[0]])
        try database.migrate(first)
        try database.executeAll(
            """
            INSERT INTO companies VALUES(1, 'HA'), (2, 'HB');
            INSERT INTO profiles VALUES(1, 1, 'p1', NULL), (2, 1, 'p2', 'Title'),
                (3, 2, 'p1', NULL), (4, 2, 'p2', NULL);
            INSERT INTO labels VALUES(1, 'sms'), (2, 'voice'),
                (3, 'https://a.example'), (4, 'https://b.example:8443');
            """)
        let latest = Set(model.latest("HA") + model.latest("HB"))
        for attempt in model.attempts.values {
            try insert(attempt, isSuperseded: !latest.contains(attempt), into: database)
        }
        return database
    }

    private func insert(
        _ attempt: Attempt, isSuperseded: Bool, into database: Database
    ) throws {
        let company: Int64 = attempt.company == "HA" ? 1 : 2
        let profile = attempt.profileID.map { company * 2 - ($0 == "p1" ? 1 : 0) }
        let channel = attempt.channel.map { $0 == "sms" ? 1 : 2 }
        let origin = attempt.origin.map { $0 == "https://a.example" ? 3 : 4 }
        try database.execute(
            "INSERT INTO attempts VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?)",
            [
                .integer(company), .integer(attempt.finishedAt.milliseconds),
                .text(attempt.callbackID), Value(attempt.number), Value(attempt.outcome.rawValue),
                Value(isSuperseded ? 1 : 0), Value(attempt.reason?.rawValue),
                Value(attempt.status), Value(profile), Value(channel),
                Value(origin), Value(attempt.durationMilliseconds),
            ])
    }

    private func model(count: Int) -> (Model, AttemptGenerator) {
        var generator = AttemptGenerator(seed: 31)
        var model = Model()
        for _ in 0..<count { model.record(generator.attempt()) }
        return (model, generator)
    }

    @Test func migrationKeepsAttemptsAndSupersession() throws {
        let (model, _) = model(count: 1200)
        let database = try formerFile(model)
        let log = try AttemptLog(database)
        var found: [Attempt] = []
        for company in ["HA", "HB"] {
            try log.forEachFailure(company: company, in: .all) { found.append($0) }
        }
        let failed = (model.latest("HA") + model.latest("HB")).filter { $0.outcome == .failed }
        #expect(Set(found) == Set(failed))
        #expect(try database.integer("SELECT count(*) FROM attempts") == model.attempts.count)
        #expect(try log.verify().latestAreRight)
    }

    @Test func migratedAttemptsAreRecognizedAsDuplicates() throws {
        let (model, _) = model(count: 1200)
        let log = try AttemptLog(formerFile(model))
        let results = try log.write { (writer) throws(StorageError) in
            try writer.record(Array(model.attempts.values))
        }
        #expect(results.allSatisfy { $0 == .duplicate })
    }
}

extension Period {
    fileprivate static let all = Period(
        start: Instant(seconds: 0), end: Instant(seconds: 1 << 33))
}
