import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Entries that are in the index but that lookups do not find, which `verify` must report.
@Suite struct IndexCheckTests {
    let folder: TemporaryDirectory
    let database: Database
    let log: AttemptLog
    let midnight = Instant(seconds: 1_790_035_200)

    /// A log with a segment of ten pages and two filters, a merged segment, and a segment of one
    /// entry.
    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
        log = try AttemptLog(database)
        _ = try record(0..<2000)
        for number in 2000..<2009 { _ = try record(number..<(number + 1)) }
        try #require(CallbackIndex(database: database).runs().map(\.count) == [2000, 8, 1])
    }

    private func record(_ numbers: Range<Int>) throws -> [RecordResult] {
        try log.write { (writer) throws(StorageError) in
            var recorded: [RecordResult] = []
            for number in numbers {
                let attempt = Attempt(
                    company: "HA", callbackID: "c\(number)",
                    finishedAt: midnight.advanced(seconds: Int64(number) * 60), outcome: .delivered)
                recorded.append(try writer.record(attempt))
            }
            return recorded
        }
    }

    private func hash(_ number: Int) throws -> UInt64 {
        let company = try #require(try log.id(ofCompany: "HA"))
        return try CallbackHasher(database).hash(of: "c\(number)", company: company)
    }

    /// Returns the segment of a callback, whose filters may be damaged.
    private func run(of number: Int) throws -> IndexSegment {
        let runs = try CallbackIndex(database: database).runs()
        return runs[number < 2000 ? 0 : number < 2008 ? 1 : 2]
    }

    /// Expects that the damage is reported, that nothing else is wrong, and that the callback would
    /// be counted twice.
    private func expectHidden(_ number: Int) throws {
        let result = try log.verify()
        #expect(!result.latestAreRight)
        #expect(result.damage.isEmpty && result.differences.isEmpty)
        #expect(try record(number..<(number + 1)) == [.added])
    }

    @Test func intactIndexIsGood() throws {
        #expect(try log.verify().isGood)
        #expect(try record(0..<2009).allSatisfy { $0 == .duplicate })
    }

    @Test(arguments: [1000, 2003, 2008]) func missingFilterIsDetected(number: Int) throws {
        let filter = try run(of: number).filter(of: hash(number))
        let deleted = try database.change(
            "DELETE FROM segment_filters WHERE key = ?", [.integer(filter)])
        #expect(deleted == 1)
        try expectHidden(number)
    }

    @Test(arguments: [1000, 2003, 2008]) func filterWithMissingBitIsDetected(number: Int) throws {
        let (filter, hash) = (try run(of: number).filter(of: hash(number)), try hash(number))
        let bits = try #require(
            try database.row(
                "SELECT bits FROM segment_filters WHERE key = ?", [.integer(filter)]
            ) { $0.blob(0) })
        let damaged = (0..<bits.count * 8).lazy.map { bit in
            var bits = bits
            bits[bit / 8] &= ~(1 << UInt8(bit % 8))
            return bits
        }.first { !$0.withUnsafeBytes { BloomFilter.mightContain(hash, in: $0) } }
        try database.execute(
            "UPDATE segment_filters SET bits = ? WHERE key = ?",
            [.blob(try #require(damaged)), .integer(filter)])
        try expectHidden(number)
    }

    @Test func misplacedPageIsDetected() throws {
        let run = try run(of: 1000)
        let moved = IndexSegment(
            number: run.number, count: run.count, parts: run.parts, pages: run.pages + 1)
        let number = try #require(
            try (0..<2000).first { try run.page(of: hash($0)) != moved.page(of: hash($0)) })
        try database.execute(
            "UPDATE callback_segments SET pages = pages + 1 WHERE segment = ?",
            [.integer(run.number)])
        try expectHidden(number)
    }

    @Test func filtersMayContainDeletedEntries() throws {
        try log.prune(before: midnight.advanced(seconds: 86_400))
        #expect(try CallbackIndex(database: database).runs().map(\.count) == [560, 8, 1])
        #expect(try log.verify().isGood)
        try log.prune(before: midnight.advanced(seconds: 172_800))
        #expect(try log.verify().isGood)
    }

    /// One flipped bit adds millions of pages to a segment. Going through all of them would take
    /// `prune` half an hour.
    @Test(.timeLimit(.minutes(1))) func pagesThatDoNotExistAreSkipped() throws {
        try database.execute("UPDATE callback_segments SET pages = (1 << 24) - 1")
        #expect(try !log.verify().latestAreRight)
        // These are merged.
        for number in 2009..<2030 { _ = try record(number..<(number + 1)) }
        try log.prune(before: midnight.advanced(seconds: 5 * 86_400))
        #expect(try database.integer("SELECT count(*) FROM segment_entries") == 0)
    }
}
