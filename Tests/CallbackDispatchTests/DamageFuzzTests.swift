import CivilTime
import DeliveryLog
import Encryption
import Foundation
import Profiles
import SQLite
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch

/// Flips single bits in a database file: nothing traps, and no change to a count or a time goes
/// undetected.
@Suite struct DamageFuzzTests {
    private let folder: TemporaryDirectory
    private let now = Instant(seconds: 1_760_000_000)

    init() throws {
        folder = try TemporaryDirectory()
        let log = try open()
        let queue = try CallbackQueue(log.database)
        try fill(log, queue)
        try log.database.executeAll("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func open(_ name: String = "whole.db") throws -> AttemptLog {
        try AttemptLog(Database(path: folder.path(of: name)))
    }

    private func fill(_ log: AttemptLog, _ queue: CallbackQueue) throws {
        let now = now
        try log.write { (writer) throws(DatabaseError) in
            for index in 0..<120 {
                let outcome = Outcome.allCases[index % 3]
                _ = try writer.record(
                    Attempt(
                        company: index % 4 == 0 ? "HB" : "HA", callbackID: "c\(index % 100)",
                        number: 1 + index / 100,
                        finishedAt: now.advanced(seconds: Int64(index) * 400 - 100_000),
                        outcome: outcome, reason: .http5xx, status: 200 + index,
                        profileID: index % 5 == 0 ? nil : "IN_\(index % 3)", channel: "sms",
                        event: "SMS-sent", method: "POST", origin: "https://a.example",
                        durationMilliseconds: index * 7))
            }
        }
        let callbacks = (0..<6).map { index in
            NewCallback(
                company: "HA", callbackID: "q\(index)", target: .profile("IN_\(index % 2)"),
                channel: "sms", event: nil, variables: "{}")
        }
        _ = try queue.accept(callbacks, now: now)
        try log.prune(before: now.advanced(seconds: -80_000))
        try log.database.execute("UPDATE lanes SET last_success = created_at")
    }

    private struct Cell {
        var table: String
        var column: String
        var row: Int64
    }

    /// Flips one bit of a value, as a faulty disk or faulty memory does.
    private func flip(_ cell: Cell, bit: Int, in database: Database) throws {
        let (name, row) = ("\(cell.table).\(cell.column)", Value.integer(cell.row))
        let key = try keys(of: cell.table, database)
        let place = "(SELECT \(key) FROM \(cell.table) ORDER BY \(key) LIMIT 1 OFFSET ?)"
        let type = try database.row(
            "SELECT typeof(\(cell.column)), \(cell.column) FROM \(cell.table) WHERE (\(key)) = \(place)",
            [row]
        ) { (type: $0.text(0), bytes: $0.blob(1)) }
        guard let type else { return }
        try database.execute("PRAGMA foreign_keys = OFF")
        var value = "\(cell.column) + 0"
        var bytes = Value.null
        switch type.type {
        case "integer":
            let mask = Int64(bitPattern: 1 << UInt64(bit % 64))
            value = "(\(cell.column) | \(mask)) - (\(cell.column) & \(mask))"
        case "blob", "text":
            guard !type.bytes.isEmpty else { return }
            var changed = type.bytes
            changed[bit / 8 % changed.count] ^= 1 << UInt8(bit % 8)
            bytes =
                type.type == "blob"
                ? .blob(changed) : .text(String(decoding: changed, as: UTF8.self))
            value = "?2"
        default: return
        }
        // Values that violate a constraint cannot occur, so a rejected update is ignored.
        try? database.execute(
            "UPDATE \(cell.table) SET \(cell.column) = \(value) WHERE (\(key)) = \(place.replacing("?", with: "?1"))",
            type.type == "integer" ? [row] : [row, bytes])
        _ = name
    }

    private func keys(of table: String, _ database: Database) throws -> String {
        let keys = try database.rows(
            "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", [.text(table)]
        ) { $0.text(0) }
        return keys.joined(separator: ", ")
    }

    private func cells(_ database: Database) throws -> [(
        table: String, column: String, rows: Int64
    )] {
        let tables = try database.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ) { $0.text(0) }
        return try tables.flatMap { table in
            let rows = try database.integer("SELECT count(*) FROM \(table)")
            return try database.rows("SELECT name FROM pragma_table_info(?)", [.text(table)]) {
                (table: table, column: $0.text(0), rows: rows)
            }
        }.filter { $0.rows > 0 }
    }

    /// Runs every operation of the commands on a file. Returns false if `verify` finds a problem.
    private func use(_ name: String) throws -> Bool {
        let log = try open(name)
        let queue = try CallbackQueue(log.database)
        let isGood = try log.verify().isGood
        let all = Period(
            start: Instant(seconds: 1_700_000_007), end: now.advanced(seconds: 777_777))
        for company in ["HA", "HB"] {
            _ = try? log.tally(company: company, in: all)
            _ = try? log.counts(company: company, in: all)
            _ = try? log.attempts(AttemptFilter(company: company), limit: 500)
            _ = try? log.moved(company: company, outOf: all, before: now)
            _ = try? log.firstCallback(company: company)
            _ = try? log.forEachFailure(company: company, in: all) { _ in }
        }
        _ = try? log.lastAttempt(before: now)
        _ = try? queue.depth(now: now)
        _ = try? queue.nextWork(now: now, owner: 1)
        for index in 0..<6 {
            _ = try? queue.entry("q\(index)", company: "HA")
            _ = try? queue.replay("q\(index)", company: "HA", now: now)
        }
        let room = Anything()
        if let claims = try? queue.claim(room, owner: 1, now: now, dueBy: now) {
            _ = try? log.write { (writer) throws(DatabaseError) in
                let finished = claims.map {
                    FinishedAttempt(
                        claim: $0, at: now,
                        nextAttempt: CallbackRetryRule.nextAttempt(
                            triesLeft: $0.triesLeft, at: now, retryAfter: nil, jitter: 0),
                        verdict: AttemptResult(.timeout, isWorthRetrying: true))
                }
                try queue.finish(finished, owner: 1, &writer)
            }
        }
        _ = try? log.write { (writer) throws(DatabaseError) in
            for index in 0..<100 {
                _ = try writer.record(
                    Attempt(
                        company: "HA", callbackID: "c\(index)", number: 5, finishedAt: now,
                        outcome: .delivered, profileID: "IN_1"))
            }
        }
        _ = try? log.prune(before: now.advanced(seconds: -90_000))
        _ = try? queue.prune(before: now)
        return isGood
    }

    private struct Anything: ClaimRoom {
        func room(for speed: EndpointSpeed) -> Int { 1000 }
        func room(for group: FairnessGroup) -> Int { 1000 }
        func room(for endpoint: Int64, _ speed: EndpointSpeed) -> Int { 1000 }
        func bytes(for company: String) -> Int { .max }
        mutating func add(_ claim: Claim) {}
    }

    /// Whether a change to the column changes a count or its time.
    private func isCounted(_ table: String, _ column: String, bit: Int) -> Bool {
        switch (table, column) {
        case ("attempts", "finished_at"): bit % 64 > 20
        case ("attempts", "place"): bit % 64 > 33
        case ("attempts", "company"), ("attempts", "outcome"), ("attempts", "standing"),
            ("attempts", "reason"), ("counts", _), ("companies", "id"), ("routes", "company"),
            ("routes", "profile"), ("routes", "channel"):
            true
        default: false
        }
    }

    @Test func flippedBitsNeitherTrapNorChangeCountsUnnoticed() throws {
        var random = SeededRandom(seed: 13)
        let cells = try cells(open().database)
        let rounds = ProcessInfo.processInfo.environment["CALLBACK_TEST_FLIPS"].flatMap(Int.init)
        for round in 0..<(rounds ?? 20) {
            let name = "damaged-\(round).db"
            try FileManager.default.copyItem(
                atPath: folder.path(of: "whole.db"), toPath: folder.path(of: name))
            let cell = try #require(cells.randomElement(using: &random))
            let row = Int64.random(in: 0..<cell.rows, using: &random)
            let bit = Int.random(in: 0..<4096, using: &random)
            let database = try Database(path: folder.path(of: name))
            let before = try content(of: cell.table, database)
            try flip(
                Cell(table: cell.table, column: cell.column, row: row), bit: bit, in: database)
            let isChanged = try content(of: cell.table, database) != before
            let isGood = (try? use(name)) ?? false
            if isChanged, isCounted(cell.table, cell.column, bit: bit) {
                #expect(!isGood, "\(cell.table).\(cell.column) row \(row) bit \(bit)")
            }
            for end in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: folder.path(of: name + end))
            }
        }
        #expect(try use("whole.db"))
    }

    private func content(of table: String, _ database: Database) throws -> [String] {
        let columns = try database.rows(
            "SELECT 'quote(' || name || ')' FROM pragma_table_info(?)", [.text(table)]
        ) { $0.text(0) }
        return try database.rows(
            "SELECT \(columns.joined(separator: " || ',' || ")) FROM \(table)"
        ) { $0.text(0) }
    }
}
