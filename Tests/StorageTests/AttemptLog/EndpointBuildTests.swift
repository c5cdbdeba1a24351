import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Files of version 1.0, which have counts without origins and no marks of quarter hours.
@Suite struct EndpointBuildTests {
    private let folder: TemporaryDirectory
    private let database: Database

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
    }

    private func fill() throws {
        var generator = AttemptGenerator(seed: 8)
        let log = try AttemptLog(database)
        for _ in 0..<5 {
            let attempts = (0..<300).map { _ in generator.attempt() }
            _ = try log.write { (writer) throws(StorageError) in try writer.record(attempts) }
        }
    }

    /// Removes from a file what version 1.0 did not have.
    private func makeOlder() throws {
        let buckets = try database.rows(
            "SELECT company, level, start, cells FROM counts", []
        ) { row in
            (
                [
                    Value.integer(row.integer(0)), .integer(row.integer(1)),
                    .integer(row.integer(2)),
                ],
                row.withBlob(3) { CountCells(encoded: $0) }
            )
        }
        for (place, cells) in buckets {
            let former = try #require(cells).entries.map { entry in
                CountEntry(
                    endpoint: entry.endpoint > 1 << 40 ? 0 : entry.endpoint,
                    channel: entry.channel, kind: entry.kind, bucket: entry.bucket,
                    count: entry.count)
            }
            try database.execute(
                "UPDATE counts SET cells = ? WHERE company = ? AND level = ? AND start = ?",
                [.blob(CountCells(summing: former).encoded())] + place)
        }
        try database.executeAll(
            "DELETE FROM endpoint_days; INSERT INTO pending_builds(name) VALUES('endpoints')")
    }

    private func state() throws -> [String] {
        try database.rows("SELECT hex(cells) FROM counts ORDER BY company, level, start") {
            $0.text(0)
        }
            + database.rows("SELECT * FROM endpoint_days ORDER BY 1, 2, 3") { row in
                (0..<7).map { row.text($0) }.joined(separator: " ")
            }
    }

    @Test func `an older file is upgraded to the state of a new one`() throws {
        try fill()
        let made = try state()
        try makeOlder()
        #expect(try state() != made)
        let log = try AttemptLog(database)
        #expect(try state() == made)
        #expect(try log.verify().isGood)
    }

    @Test func `the upgrade runs once`() throws {
        try fill()
        try database.execute("DELETE FROM endpoint_days")
        let log = try AttemptLog(database)
        #expect(try log.verify().endpointsAreMarked == false)
        #expect(try log.verify().isGood == false)
    }

    @Test func `counts of pruned attempts remain without an origin`() throws {
        try fill()
        let limit = AttemptGenerator(seed: 8).start.advanced(seconds: 86_400 * 2)
        let log = try AttemptLog(database)
        try log.prune(before: limit)
        try makeOlder()
        _ = try AttemptLog(database)
        let all = Period(start: Instant(seconds: 0), end: Instant(seconds: 1 << 32))
        #expect(try log.verify().isGood)
        let lines = try log.counts(company: "HA", in: all).lines
        #expect(lines.contains { $0.endpoint == .origin("https://a.example") })
        #expect(
            try lines.reduce(0) { $0 + $1.count } == log.tally(company: "HA", in: all).callbacks)
    }

    @Test(arguments: [(1, 7), (0, 7), (0, 0), (5, 0)])
    func `the endpoint column equals the computed number`(
        profile: Int64, origin: Int64
    ) throws {
        _ = try AttemptLog(database)
        try database.executeAll(
            """
            INSERT INTO companies VALUES(1, 'HA');
            INSERT INTO routes(company, profile, channel, event, method, origin)
                VALUES(1, \(profile), 0, 0, 0, \(origin))
            """)
        let number = EndpointNumber.of(profile: profile, origin: origin)
        #expect(try database.integer("SELECT endpoint FROM routes") == number)
        #expect(EndpointNumber.origin(of: number) == (profile == 0 && origin > 0 ? origin : nil))
    }
}
