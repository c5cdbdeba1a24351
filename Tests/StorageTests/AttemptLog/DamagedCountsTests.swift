import CivilTime
import DeliveryLog
import FoundationEssentials
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Damaged counts cause an error and never a trap.
@Suite struct DamagedCountsTests {
    private func read(_ bytes: [UInt8]) -> CountCells? {
        bytes.withUnsafeBytes { CountCells(encoded: $0) }
    }

    private func cells(_ random: inout SeededRandom) -> CountCells {
        let entries = (0..<Int.random(in: 1...12, using: &random)).map { _ in
            let key = CountKey(
                endpoint: .random(in: 0...300, using: &random), channel: 0, outcome: .failed,
                reason: Bool.random(using: &random) ? .timeout : nil)
            let latency = Int.random(in: -10...(1 << 10), using: &random)
            return CountEntry(
                key, bucket: latency < 0 ? nil : Histogram.bucket(of: latency << 20),
                count: .random(in: 1...100_000, using: &random))
        }
        return CountCells(summing: entries)
    }

    @Test func encodedCellsAreDecoded() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<200 {
            let cells = cells(&random)
            #expect(read(cells.encoded()) == cells)
        }
    }

    @Test func noMutationTraps() {
        var random = SeededRandom(seed: 2)
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = cells(&random).encoded()
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] =
                    [0, 0x7F, 0x80, 0xFF, .random(in: 0...255, using: &random)]
                    .randomElement(using: &random) ?? 0
            }
            guard let cells = read(bytes) else { continue }
            taken += 1
            // Use every number in a sum and a percentile, and encode the result again.
            #expect(read(cells.encoded()) == cells)
            #expect(cells.tally.callbacks >= 0)
            var latency = Histogram()
            for entry in cells.entries {
                if let bucket = entry.bucket { latency.add(entry.count, toBucket: bucket) }
            }
            _ = latency.percentile(99)
        }
        #expect(taken > 500)
    }

    @Test func largestNumbersAreRejected() {
        let largest = Array(repeating: UInt8(0xFF), count: 8) + [0x7F]
        #expect(read([0, 0, 16] + largest + [0]) == nil)
        #expect(read([0, 0, 16, 1, 1, 0] + largest) == nil)
        #expect(read([0, 0, 16, 1] + largest) == nil)
    }

    @Test func bucketsBeyondLastAreRejected() {
        #expect(Histogram.lastBucket == 448)
        #expect(read([0, 0, 16, 1, 1, 0xC0, 3, 1])?.tally.callbacks == 1)
        #expect(read([0, 0, 16, 1, 1, 0xC1, 3, 1]) == nil)
    }

    @Test func lostCountsAreReportedOnNextAttempt() throws {
        let folder = try TemporaryDirectory()
        let database = try Database(path: folder.path(of: "log.db"))
        let log = try AttemptLog(database)
        func record(_ number: Int) throws {
            try log.write { (writer) throws(StorageError) in
                _ = try writer.record(
                    Attempt(
                        company: "HA", callbackID: "c", number: number,
                        finishedAt: Instant(seconds: 1_790_000_000 + Int64(number) * 900),
                        outcome: .failed))
            }
        }
        try record(1)
        try database.execute("DELETE FROM counts")
        let error = #expect(throws: StorageError.self) { try record(2) }
        #expect(error?.description.contains("callback-reports verify") == true)
        #expect(try database.integer("SELECT count(*) FROM attempts") == 1)
    }
}
