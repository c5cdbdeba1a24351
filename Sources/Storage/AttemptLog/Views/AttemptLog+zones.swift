package import CivilTime
import SQL
package import StorageErrors

extension AttemptLog {
    /// Stores the time zones of companies, so that the view `v_daily` counts by local days.
    ///
    /// Writes nothing if they are stored already. Companies that are not given keep their zone.
    ///
    /// - Parameters:
    ///   - zones: The time zones by the company's SID.
    ///   - release: The release of the tz database, such as `2026f`. Another release replaces the
    ///     offsets.
    package func store(
        zones: [String: TimeZoneRules], release: String
    ) throws(StorageError) {
        let stored = try database.rows(
            "SELECT sid, zone FROM company_zones WHERE release = ?", [.text(release)]
        ) { ($0.text(0), $0.text(1)) }
        let known = Dictionary(stored) { first, _ in first }
        let changed = zones.filter { known[$0.key] != $0.value.name }
        guard !changed.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            for zone in Set(changed.values) { try store(zone) }
            for (sid, zone) in changed.sorted(by: { $0.key < $1.key }) {
                try database.execute(
                    "INSERT OR REPLACE INTO company_zones VALUES(?, ?, ?)",
                    [.text(sid), .text(zone.name), .text(release)])
            }
        }
    }

    private func store(_ zone: TimeZoneRules) throws(StorageError) {
        try database.execute("DELETE FROM zone_offsets WHERE zone = ?", [.text(zone.name)])
        var start: Instant? = Instant(milliseconds: 0)
        while let from = start, from < Self.lastOffset {
            try database.execute(
                "INSERT INTO zone_offsets VALUES(?, ?, ?)",
                [
                    .text(zone.name), .integer(from.milliseconds),
                    .integer(Int64(zone.offset(at: from).seconds)),
                ])
            start = zone.transition(after: from)
        }
    }

    /// The start of 2100. Later attempts are counted with the last offset before.
    private static let lastOffset = Instant(seconds: 4_102_444_800)
}
