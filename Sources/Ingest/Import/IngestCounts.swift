import DeliveryLog
package import Storage

/// What became of the records that were read.
package struct IngestCounts: Hashable, Sendable, CustomStringConvertible {
    /// Records, without empty lines and header rows: the sum of the others.
    package var records: Int { added + known + corrected + rejected + skipped }
    package var added = 0
    /// The log had them already; nothing changed.
    package var known = 0
    /// The log had told them differently, and believes the new record.
    package var corrected = 0
    /// Bad lines, and records older than what was pruned.
    package var rejected = 0
    /// Records that a map leaves out.
    package var skipped = 0
    /// Attempts that are hidden by one of the same callback id at another endpoint.
    package var hidden = HiddenAttempts()

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
        "\(records == 1 ? "1 record" : "\(records) records"): \(added) new, \(known) known already, \(corrected) corrected, "
            + "\(rejected) rejected" + (skipped > 0 ? ", \(skipped) skipped" : "")
    }

    package static func += (left: inout IngestCounts, right: IngestCounts) {
        left.added += right.added
        left.known += right.known
        left.corrected += right.corrected
        left.rejected += right.rejected
        left.skipped += right.skipped
        left.hidden += right.hidden
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
