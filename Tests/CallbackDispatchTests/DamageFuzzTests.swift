import API
import CivilTime
import DeliveryLog
import Encryption
import Foundation
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import CallbackDispatch
@testable import Profiles
@testable import Storage

/// Flips single bits in a database file: nothing traps, and no change to a count or a time goes
/// undetected.
@Suite struct DamageFuzzTests {
    private let folder: TemporaryDirectory
    private let now = Instant(seconds: 1_760_000_000)

    init() throws {
        folder = try TemporaryDirectory()
        let log = try open()
        let queue = try CallbackQueue(in: log)
        try fill(log, queue)
        try fill(profiles(of: log))
        try log.database.executeAll("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func open(_ name: String = "whole.db") throws -> AttemptLog {
        try AttemptLog(Database(path: folder.path(of: name)))
    }

    private func profiles(of log: AttemptLog) throws -> ProfileStore {
        try ProfileStore(log, keyFile: SecretKeyFile(path: folder.path(of: "gateway.key")))
    }

    private func operations(_ store: ProfileStore) -> ProfileResponses {
        ProfileResponses(
            ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil }))
    }

    private func fill(_ store: ProfileStore) throws {
        let request = """
            {"title": "Orders", "http_method": "GET", "url": "https://a.example/in",
             "headers": {"Authorization": "Bearer secret"}}
            """
        for _ in 0..<3 { _ = try operations(store).create(Array(request.utf8), at: now) }
        let id = try #require(try ids(store).first)
        _ = try operations(store).update(id, Array(#"{"title": "Shop"}"#.utf8), at: now)
        _ = try operations(store).bind("+919876543210", to: id)
        _ = try store.createKey(company: "HA", at: now)
    }

    private func ids(_ store: ProfileStore) throws -> [String] {
        try store.sealed.log.database.rows("SELECT id FROM callback_profiles") { $0.text(0) }
    }

    /// Does all that the gateway does with profiles and keys.
    private func use(_ store: ProfileStore) {
        _ = try? operations(store).list([])
        for id in (try? ids(store)) ?? [] {
            _ = try? store.current(id, company: "HA")
            _ = try? operations(store).update(id, Array(#"{"title": "Mall"}"#.utf8), at: now)
        }
        _ = try? store.verify()
        _ = try? operations(store).binding(of: "+919876543210")
        _ = try? store.keys()
        _ = try? store.key("A00")
        _ = try? store.pruneVersions(before: now.advanced(seconds: 1))
    }

    private func fill(_ log: AttemptLog, _ queue: CallbackQueue) throws {
        let now = now
        try log.write { (writer) throws(StorageError) in
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

    /// Does all that commands do with a file; false where `verify` finds something.
    private func use(_ name: String) throws -> Bool {
        let log = try open(name)
        let queue = try CallbackQueue(in: log)
        // Whatever is found by opening it is found.
        let store = try profiles(of: log)
        let isGood = try log.verify().isGood && store.verify().isGood
        let all = Period(
            start: Instant(seconds: 1_700_000_007), end: now.advanced(seconds: 777_777))
        for company in ["HA", "HB"] {
            _ = try? log.tally(company: company, in: all)
            _ = try? log.counts(company: company, in: all)
            _ = try? log.attempts(AttemptFilter(company: company), limit: 500)
            _ = try? log.moved(company: company, outOf: all, before: now)
            _ = try? log.firstCallback(company: company, exactFrom: now)
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
            _ = try? log.write { (writer) throws(StorageError) in
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
        _ = try? log.write { (writer) throws(StorageError) in
            for index in 0..<100 {
                _ = try writer.record(
                    Attempt(
                        company: "HA", callbackID: "c\(index)", number: 5, finishedAt: now,
                        outcome: .delivered, profileID: "IN_1"))
            }
        }
        _ = try? log.prune(before: now.advanced(seconds: -90_000))
        _ = try? queue.prune(before: now)
        use(store)
        return isGood
    }

    private struct Anything: ClaimCapacity {
        func available(for speed: EndpointSpeed) -> Int { 1000 }
        func available(for group: FairnessGroup) -> Int { 1000 }
        func available(for endpoint: Int64, _ speed: EndpointSpeed) -> Int { 1000 }
        func bytes(for company: String) -> Int { .max }
        mutating func add(_ claim: Claim) {}
    }

    /// Whether a change of the column changes a count, or a time by which callbacks are counted.
    private func isCounted(_ table: String, _ column: String) -> Bool {
        switch (table, column) {
        case ("attempts", _), ("attempt_checksums", _), ("counts", _), ("index_key", _),
            ("log_limit", "pruned_before"), ("companies", "id"), ("routes", "company"),
            ("routes", "profile"), ("routes", "channel"):
            true
        default: false
        }
    }

    @Test func flippedBitsNeitherTrapNorChangeCountsUnnoticed() throws {
        var random = SeededRandom(seed: 13)
        let rounds = ProcessInfo.processInfo.environment["CALLBACK_TEST_FLIPS"].flatMap(Int.init)
        var (changed, unseen): (Int, [String: Int]) = (0, [:])
        for round in 0..<(rounds ?? 20) {
            let name = "damaged-\(round).db"
            try FileManager.default.copyItem(
                atPath: folder.path(of: "whole.db"), toPath: folder.path(of: name))
            let database = try Database(path: folder.path(of: name))
            let flip = try #require(try BitFlip.random(in: database, using: &random))
            let isChanged = try flip.apply(to: database)
            let isGood = (try? use(name)) ?? false
            if isChanged, isGood { unseen["\(flip.table).\(flip.column)", default: 0] += 1 }
            if isChanged { changed += 1 }
            if isChanged, isCounted(flip.table, flip.column) {
                #expect(!isGood, "\(flip)")
            }
            for end in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: folder.path(of: name + end))
            }
        }
        #expect(try use("whole.db"))
        guard rounds != nil else { return }
        print("\(changed) changes; unseen, and of no count:", unseen.sorted { $0.key < $1.key })
    }
}
