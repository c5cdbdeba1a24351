import CivilTime
import FoundationEssentials
import SQLite
import TestSupport
import Testing

@testable import DeliveryLog

/// Counts that were damaged end in an error and never in a trap.
@Suite struct DamagedCountsTests {
    private func merged(_ bytes: [UInt8]) -> CountCells? {
        var cells = CountCells()
        return bytes.withUnsafeBytes { cells.merge(encoded: $0) } ? cells : nil
    }

    private func cells(_ random: inout SeededRandom) -> CountCells {
        var cells = CountCells()
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let key = CountKey(
                profile: .random(in: 0...300, using: &random), channel: 0, outcome: .failed,
                reason: Bool.random(using: &random) ? .timeout : nil)
            cells.add(
                .random(in: 1...100_000, using: &random), to: key,
                milliseconds: .random(in: 0...(1 << 32), using: &random))
        }
        return cells
    }

    @Test func whatIsWrittenIsRead() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<200 {
            let cells = cells(&random)
            #expect(merged(cells.encoded()) == cells)
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
            guard let cells = merged(bytes + bytes) else { continue }
            taken += 1
            // Uses every number in a sum and a percentile, and writes it again.
            #expect(merged(cells.encoded()) == cells)
            #expect(cells.tally.callbacks >= 0)
            for cell in cells.cells.values { _ = cell.latency.percentile(99) }
        }
        #expect(taken > 500)
    }

    @Test func theLargestNumbersAreRefused() {
        let largest = Array(repeating: UInt8(0xFF), count: 8) + [0x7F]
        #expect(merged([0, 0, 16] + largest + [0]) == nil)
        #expect(merged([0, 0, 16, 1, 1, 0] + largest) == nil)
        #expect(merged([0, 0, 16, 1] + largest) == nil)
    }

    @Test func bucketsBehindTheLastAreRefused() {
        #expect(Histogram.lastBucket == 448)
        #expect(merged([0, 0, 16, 1, 1, 0xC0, 3, 1])?.tally.callbacks == 1)
        #expect(merged([0, 0, 16, 1, 1, 0xC1, 3, 1]) == nil)
    }

    @Test func lostCountsAreToldOfWhenACallbackMovesOn() throws {
        let folder = try TemporaryDirectory()
        let database = try Database(path: folder.path(of: "log.db"))
        let log = try DeliveryLog(database)
        func record(_ number: Int) throws {
            try log.write { (writer) throws(DatabaseError) in
                _ = try writer.record(
                    Attempt(
                        company: "HA", callbackID: "c", number: number,
                        finishedAt: Instant(seconds: 1_790_000_000), outcome: .failed))
            }
        }
        try record(1)
        try database.execute("DELETE FROM counts")
        try database.execute("UPDATE attempts SET finished_at = finished_at - 900000")
        let error = #expect(throws: DatabaseError.self) { try record(2) }
        #expect(error?.description.contains("callback-reports verify") == true)
        #expect(try database.integer("SELECT count(*) FROM attempts") == 1)
    }
}
