import Storage

/// The due reports that this run has not claimed yet.
struct DueList {
    private var rest: ArraySlice<DueReport>
    /// Series in which a report was not claimed. Their later reports have to wait.
    var stopped: Set<SeriesKey> = []
    private var size = 16

    /// The largest number of reports to claim in one transaction.
    ///
    /// Claiming in batches saves disk syncs. The limit keeps the first emails from waiting until
    /// many reports are prepared.
    private static let maxBatchSize = 64

    init(_ due: [DueReport]) {
        rest = due[...]
    }

    var isEmpty: Bool { rest.isEmpty }

    /// The number of emails that the remaining reports have.
    var mails: Int { rest.reduce(0) { $0 + $1.mails } }

    /// Removes the next batch from the list, with at most one report of each series.
    ///
    /// A report mentions what happened to the previous one of its series, so the previous one must
    /// be claimed first.
    ///
    /// - Parameter series: Series to take no report from.
    mutating func next(excluding series: Set<SeriesKey>) -> [DueReport] {
        var seen = series
        let next = rest.prefix(size).prefix { seen.insert($0.series).inserted }
        rest = rest.dropFirst(next.count)
        if !next.isEmpty { size = min(2 * size, Self.maxBatchSize) }
        return next.filter { !stopped.contains($0.series) }
    }
}
