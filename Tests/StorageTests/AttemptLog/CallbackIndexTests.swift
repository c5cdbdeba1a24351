import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// The callback index, compared with a plain dictionary.
@Suite struct CallbackIndexTests {
    let folder: TemporaryDirectory
    let database: Database
    let index: CallbackIndex

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
        _ = try AttemptLog(database)
        index = CallbackIndex(database: database)
    }

    /// Adds entries in segments of random sizes, including repeated hashes.
    private func fill(
        _ count: Int, _ sizes: ClosedRange<Int>, _ random: inout SeededRandom
    ) throws -> [UInt64: Set<Int64>] {
        var expected: [UInt64: Set<Int64>] = [:]
        var entries: [IndexEntry] = []
        for place in 0..<Int64(count) {
            let hash = UInt64.random(in: 0...UInt64(count), using: &random) &* 0x9E37_79B9_7F4A_7C15
            expected[hash, default: []].insert(place)
            entries.append(IndexEntry(hash: hash, place: place))
        }
        try database.transaction { () throws(StorageError) in
            while !entries.isEmpty {
                let size = min(entries.count, Int.random(in: sizes, using: &random))
                try index.add(entries.prefix(size).sorted(), notBefore: nil)
                entries.removeFirst(size)
            }
        }
        return expected
    }

    private func found(_ hashes: some Sequence<UInt64>) throws -> [UInt64: Set<Int64>] {
        try index.entries(of: hashes.sorted()).reduce(into: [:]) {
            $0[$1.hash, default: []].insert($1.place)
        }
    }

    @Test(arguments: [1...1, 1...40, 500...3000]) func everyEntryIsFound(
        sizes: ClosedRange<Int>
    ) throws {
        var random = SeededRandom(seed: 5)
        let expected = try fill(sizes.upperBound == 1 ? 700 : 20_000, sizes, &random)
        let others = (0..<2000).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) }
        #expect(try found(Array(expected.keys) + others) == expected)
        for hash in expected.keys.prefix(50) { #expect(try found([hash])[hash] == expected[hash]) }
    }

    @Test func fewSegmentsHaveTheSameSize() throws {
        var random = SeededRandom(seed: 6)
        _ = try fill(3001, 1...1, &random)
        let sizes = Dictionary(grouping: try index.runs(), by: \.size)
        #expect(sizes.count == 4)
        #expect(sizes.values.allSatisfy { $0.count < IndexSegment.fanIn })
        #expect(try index.runs().reduce(0) { $0 + $1.count } == 3001)
    }

    @Test func onlyPrunedEntriesAreDeleted() throws {
        var random = SeededRandom(seed: 7)
        let expected = try fill(9000, 1...2000, &random)
        try index.drop(before: 6000)
        let left = expected.mapValues { $0.filter { $0 >= 6000 } }.filter { !$0.value.isEmpty }
        #expect(try found(expected.keys) == left)
        #expect(try index.runs().reduce(0) { $0 + $1.count } == 3000)
        try index.drop(before: 9000)
        #expect(try index.runs().isEmpty)
        #expect(try database.integer("SELECT count(*) FROM segment_filters") == 0)
    }

    @Test func mergingDropsPrunedEntries() throws {
        let limit = Instant(seconds: 900 * 40)
        for number in 0..<8 {
            let place = AttemptRowID.first(at: Instant(seconds: 900 * Int64(36 + number)))
            try index.add([IndexEntry(hash: UInt64(number), place: place)], notBefore: limit)
        }
        #expect(try index.runs().map(\.count) == [4])
        #expect(try found(0..<8).keys.sorted() == [4, 5, 6, 7])
    }

    @Test(arguments: [
        "filters = 0", "filters = -1", "filters = 1 << 40", "pages = 0", "segment = -5",
        "count = -1",
    ])
    func damageIsAnError(change: String) throws {
        var random = SeededRandom(seed: 10)
        _ = try fill(100, 10...100, &random)
        try database.execute("UPDATE callback_segments SET \(change) WHERE segment = 1")
        #expect(throws: StorageError.self) { try index.entries(of: [1]) }
    }

    @Test func nearlyAllEntryPagesFitIntoDatabasePage() throws {
        var random = SeededRandom(seed: 12)
        _ = try fill(60_000, 60_000...60_000, &random)
        // https://sqlite.org/fileformat.html#b_tree_pages: larger values overflow.
        let large = try database.integer(
            "SELECT count(*) FROM segment_entries WHERE length(entries) > 4050")
        let all = try database.integer("SELECT count(*) FROM segment_entries")
        #expect(all > 200 && large * 30 < all)
    }

    @Test func singleEntryIsRemoved() throws {
        var random = SeededRandom(seed: 8)
        var expected = try fill(3000, 1...500, &random)
        for (hash, places) in expected.prefix(20) {
            try index.remove(IndexEntry(hash: hash, place: places.first ?? -1))
            expected[hash] = Set(places.filter { $0 != places.first })
            if expected[hash]?.isEmpty == true { expected[hash] = nil }
        }
        #expect(try found(expected.keys) == expected)
    }

    @Test(arguments: [1, 2, 3, 7, 165, 1 << 23])
    func filterCoversHashesBeforeItsEnd(parts: Int) {
        let run = IndexSegment(number: 5, count: 0, parts: parts, pages: 1)
        var random = SeededRandom(seed: UInt64(parts))
        for hash in [0, .max, 1 << 63]
            + (0..<1000).map({ _ in UInt64.random(in: 0...(.max), using: &random) })
        {
            guard let end = run.endOfFilter(of: hash) else {
                #expect(run.filter(of: hash) == run.filter(of: .max))
                continue
            }
            #expect(run.filter(of: end - 1) == run.filter(of: hash))
            #expect(run.filter(of: end) == run.filter(of: hash) + 1)
        }
    }

    @Test func filtersHaveFewFalsePositives() throws {
        var random = SeededRandom(seed: 9)
        let entries = (0..<2000).map { _ in
            IndexEntry(hash: .random(in: 0...(.max), using: &random), place: 0)
        }
        let filter = BloomFilter(entries).bytes
        let wrong = filter.withUnsafeBytes { bits in
            (0..<100_000).count { _ in
                BloomFilter.mightContain(.random(in: 0...(.max), using: &random), in: bits)
            }
        }
        #expect(wrong < 300)
    }
}
