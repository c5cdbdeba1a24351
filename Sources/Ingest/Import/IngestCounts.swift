import DeliveryLog
package import Storage

/// The number of records by result.
package struct IngestCounts: Hashable, Sendable, CustomStringConvertible {
    /// All records except empty lines and header rows. The sum of the other counts.
    package var records: Int { added + known + corrected + rejected + skipped }
    package var added = 0
    /// Duplicates of attempts in the log.
    package var known = 0
    /// Attempts in the log that were replaced by a record with different contents.
    package var corrected = 0
    /// Invalid records, and records older than the pruning limit.
    package var rejected = 0
    /// Records that the map filters out.
    package var skipped = 0
    /// Attempts hidden by an attempt of the same callback ID at another endpoint.
    package var hidden = HiddenAttempts()
    /// New callbacks that may have been counted before they were pruned.
    package var lateStarts = 0

    package init(
        added: Int = 0, known: Int = 0, corrected: Int = 0, rejected: Int = 0, skipped: Int = 0
    ) {
        self.added = added
        self.known = known
        self.corrected = corrected
        self.rejected = rejected
        self.skipped = skipped
    }

    package var description: String {
        "\(records == 1 ? "1 record" : "\(records) records"): \(added) added, "
            + "\(known) \(known == 1 ? "duplicate" : "duplicates"), \(corrected) replaced, \(rejected) rejected"
            + (skipped > 0 ? ", \(skipped) skipped" : "")
    }

    package static func += (left: inout IngestCounts, right: IngestCounts) {
        left.added += right.added
        left.known += right.known
        left.corrected += right.corrected
        left.rejected += right.rejected
        left.skipped += right.skipped
        left.hidden += right.hidden
        left.lateStarts += right.lateStarts
    }

    mutating func count(_ result: RecordResult) {
        switch result {
        case .added: added += 1
        case .known: known += 1
        case .corrected: corrected += 1
        case .refused: rejected += 1
        }
    }
}
