package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Returns the number of callbacks of a company in a period, by outcome.
    package func tally(
        company sid: String, in period: Period
    ) throws(StorageError) -> Tally {
        try tallies(company: sid, in: [period])[0]
    }

    /// Returns the tallies of a company for several periods.
    package func tallies(
        company sid: String, in periods: [Period]
    ) throws(StorageError) -> [Tally] {
        guard let company = try id(ofCompany: sid) else { return periods.map { _ in Tally() } }
        var tallies: [Tally] = []
        for period in periods { tallies.append(try tally(company, in: period)) }
        return tallies
    }

    private func tally(_ company: Int64, in period: Period) throws(StorageError) -> Tally {
        let parts = PeriodDecomposition(period)
        let store = CountStore(database: database)
        var tally = Tally()
        for span in parts.spans {
            tally += try store.tally(company, span.level, from: span.start, to: span.end)
        }
        for edge in parts.edges {
            try forEachCallback(ofEdge: edge, company) { entry in
                if let outcome = entry.outcome { tally[outcome] += entry.count }
            }
        }
        return tally
    }

    /// Returns the callbacks of a company in a period, by endpoint, channel, outcome and reason.
    package func counts(
        company sid: String, in period: Period
    ) throws(StorageError) -> PeriodCounts {
        guard let company = try id(ofCompany: sid) else { return PeriodCounts() }
        var sums = CountSums()
        let parts = PeriodDecomposition(period)
        let store = CountStore(database: database)
        for span in parts.spans {
            try store.read(company, span.level, from: span.start, to: span.end) { sums.add($0) }
        }
        for edge in parts.edges {
            try forEachCallback(ofEdge: edge, company) { sums.add($0) }
        }
        return try named(sums)
    }

    /// Calls `body` for each callback in a short span.
    func forEachCallback(
        ofEdge edge: Period, _ company: Int64, _ body: (CountEntry) -> Void
    ) throws(StorageError) {
        let statement = try database.prepare(
            """
            SELECT endpoint, channel, outcome, reason, duration
            FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place >= ? AND place < ? AND attempts.company = ? AND finished_at >= ?
                AND finished_at < ? AND standing <> 1
            """)
        statement.bind([
            .integer(AttemptRowID.first(at: edge.start)),
            .integer(AttemptRowID.end(before: edge.end)),
            .integer(company), .integer(edge.start.milliseconds), .integer(edge.end.milliseconds),
        ])
        while try statement.step() { body(CountEntry(row: statement)) }
    }

    private func named(
        _ sums: consuming CountSums
    ) throws(StorageError) -> PeriodCounts {
        let sum = sums.counts()
        let names = try names(of: Set(sum.keys.map(\.endpoint)))
        let channels = try labels(Set(sum.keys.map(\.channel)))
        var counts = PeriodCounts()
        for (key, count) in sum {
            counts.lines.append(
                PeriodCounts.Line(
                    endpoint: names[key.endpoint]?.endpoint ?? .unknown,
                    title: names[key.endpoint]?.title,
                    channel: channels[key.channel], outcome: key.outcome, reason: key.reason,
                    count: count))
        }
        counts.latency = sums.latency
        return counts
    }

    private func labels(_ ids: Set<Int64>) throws(StorageError) -> [Int64: String] {
        var labels: [Int64: String] = [:]
        for id in ids { labels[id] = try label(id) }
        return labels
    }
}

extension CountEntry {
    /// Decodes one callback from consecutive columns: endpoint, channel, outcome, reason and
    /// duration.
    init(row: borrowing Statement) {
        let key = CountKey(
            endpoint: row.integer(0, in: 0...(1 << 62)),
            channel: row.integer(1, in: 0...Int64(CountEntry.channels - 1)),
            outcome: Outcome(rawValue: row.int(2, in: Outcome.stored)) ?? .failed,
            reason: row.optionalInt(3, in: Reason.stored).flatMap(Reason.init(rawValue:)))
        self.init(key, bucket: row.optionalInt(4).map(Histogram.bucket), count: 1)
    }
}
