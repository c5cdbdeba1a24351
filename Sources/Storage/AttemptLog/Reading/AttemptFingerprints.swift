package import CivilTime
import SQL
package import StorageErrors

/// Fingerprints of the attempts that finished in a period, of all companies.
///
/// A period with an equal fingerprint has the same attempts, so nothing about it need be counted
/// again. Later attempts at its callbacks do not change the fingerprint. Checksums are kept in
/// memory for further periods, so use an instance only within one read transaction.
package final class AttemptFingerprints {
    private let database: Database
    /// The checksums of the quarter hours of each UTC day.
    private var days: [Int64: [UInt64]] = [:]
    /// Longer periods have no fingerprint.
    private static let longest: Int64 = 400 * 86_400_000

    package init(_ log: AttemptLog) {
        database = log.database
    }

    /// Returns the fingerprint of the quarter hours that a period touches, or nil if it is very
    /// long.
    package func fingerprint(of period: Period) throws(StorageError) -> Int64? {
        guard (1...Self.longest).contains(period.length) else { return nil }
        let last = Quarter(of: period.end.advanced(milliseconds: -1))
        var quarter = Quarter(of: period.start)
        var fingerprint: UInt64 = 0
        while quarter <= last {
            let checksum = try checksums(of: quarter.day)[quarter.index]
            // FNV-1a, with quarter hours instead of bytes.
            fingerprint = (fingerprint ^ checksum) &* 0x0000_0100_0000_01b3
            quarter = quarter.next
        }
        return Int64(bitPattern: fingerprint)
    }

    private func checksums(of day: Int64) throws(StorageError) -> [UInt64] {
        if let known = days[day] { return known }
        var checksums = [UInt64](repeating: 0, count: Int(Quarter.perDay))
        let first = Quarter(day: day, index: 0).number
        let rows = try database.prepare(
            "SELECT quarter, checksum FROM attempt_checksums WHERE quarter >= ? AND quarter < ?")
        rows.bind([.integer(first), .integer(first + Quarter.perDay)])
        while try rows.step() {
            let quarter = Quarter(number: rows.integer(0))
            checksums[quarter.index] = UInt64(bitPattern: rows.integer(1))
        }
        days[day] = checksums
        return checksums
    }
}
