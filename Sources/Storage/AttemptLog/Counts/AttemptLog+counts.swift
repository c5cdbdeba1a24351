package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

/// Sums the counts of several buckets.
struct CountSums {
    /// The sum of each key, in the order in which the keys were first added.
    private var sums: [CountEntry] = []
    /// The index of each key in `sums`.
    private var places: [CountKey: Int] = [:]
    /// The index after the key that was added last. Each bucket has about the same keys in the same
    /// order, so the next key is usually there and need not be looked up.
    private var next = 0
    /// The number of delivered callbacks by bucket of the histogram.
    private var delivered = [Int](repeating: 0, count: Histogram.lastBucket + 1)

    /// Adds one entry, with its latency.
    mutating func add(_ entry: CountEntry) {
        addCount(of: entry)
        if entry.outcome == .delivered, let bucket = entry.bucket {
            addDelivered(entry.count, bucket)
        }
    }

    /// Adds the count of an entry without its latency.
    mutating func addCount(of entry: CountEntry) {
        if next >= sums.count || !sums[next].hasKey(of: entry) {
            guard let key = entry.key else { return }
            next = place(of: key)
        }
        sums[next].count += entry.count
        next += 1
    }

    private mutating func addDelivered(_ count: Int, _ bucket: Int) {
        delivered[bucket] += count
    }

    /// Calls `body` with the counts of delivered callbacks by bucket, for latencies of callbacks
    /// that ``addCount(of:)`` has counted.
    mutating func withDelivered<R>(_ body: (UnsafeMutableBufferPointer<Int>) -> R) -> R {
        delivered.withUnsafeMutableBufferPointer { body($0) }
    }

    private mutating func place(of key: CountKey) -> Int {
        if let place = places[key] { return place }
        places[key] = sums.count
        sums.append(CountEntry(key, bucket: nil, count: 0))
        return sums.count - 1
    }

    /// The number of callbacks by key.
    var counts: [CountKey: Int] { places.mapValues { sums[$0].count } }

    /// The latency of delivered callbacks.
    var latency: Histogram {
        var latency = Histogram()
        for (bucket, count) in delivered.enumerated() where count != 0 {
            latency.add(count, toBucket: bucket)
        }
        return latency
    }
}

extension AttemptLog {
    /// Returns the number of callbacks of a company in a period, by outcome.
    package func tally(
        company sid: String, in period: Period
    ) throws(StorageError) -> Tally {
        try tallies(company: sid, in: [period])[0]
    }

    /// Returns the tallies of a company for several periods.
    ///
    /// Adjacent periods, such as the bars of a timeline, are read together.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - periods: The periods.
    ///   - time: The time as of which the log is read, or nil to use all attempts. The periods must
    ///     end by then.
    package func tallies(
        company sid: String, in periods: [Period], asOf time: Instant? = nil
    ) throws(StorageError) -> [Tally] {
        var tallies = periods.map { _ in Tally() }
        guard let company = try id(ofCompany: sid) else { return tallies }
        var spans: [(index: Int, span: PeriodDecomposition.Span)] = []
        for (index, period) in periods.enumerated() {
            let parts = PeriodDecomposition(period)
            spans += parts.spans.map { (index, $0) }
            for edge in parts.edges {
                try forEachCallback(ofEdge: edge, company) { entry in
                    if let outcome = entry.outcome { tallies[index][outcome] += entry.count }
                }
            }
        }
        let store = CountStore(database: database)
        for chain in chains(of: spans) {
            guard let first = chain.first?.span, let end = chain.last?.span.end else { continue }
            var position = 0
            try store.forEachTally(company, first.level, from: first.start, to: end) {
                while $0 >= chain[position].span.end { position += 1 }
                tallies[chain[position].index] += $1
            }
        }
        guard let time else { return tallies }
        for (index, period) in periods.enumerated() {
            tallies[index] += try movedTally(company, outOf: period, since: time)
        }
        return tallies
    }

    /// Returns the tallies of a company for several periods, each as of a time after its own end.
    ///
    /// - Parameter age: The time after the end, in milliseconds.
    package func tallies(
        company sid: String, in periods: [Period], atAge age: Int64
    ) throws(StorageError) -> [Tally] {
        var tallies = try tallies(company: sid, in: periods)
        guard let company = try id(ofCompany: sid) else { return tallies }
        for (index, period) in periods.enumerated() {
            tallies[index] += try movedTally(
                company, outOf: period, since: period.end.advanced(milliseconds: age))
        }
        return tallies
    }

    private func movedTally(
        _ company: Int64, outOf period: Period, since time: Instant
    ) throws(StorageError) -> Tally {
        var tally = Tally()
        try forEachMovedCallback(company, outOf: period, since: time) { _, entry in
            if let outcome = entry.outcome { tally[outcome] += entry.count }
            return true
        }
        return tally
    }

    /// Groups spans of the same bucket size of which each begins where another ends.
    private func chains(
        of spans: [(index: Int, span: PeriodDecomposition.Span)]
    ) -> [[(index: Int, span: PeriodDecomposition.Span)]] {
        let sorted = spans.sorted {
            ($0.span.level.rawValue, $0.span.start) < ($1.span.level.rawValue, $1.span.start)
        }
        var chains: [[(index: Int, span: PeriodDecomposition.Span)]] = []
        for next in sorted {
            if let last = chains.last?.last?.span, last.level == next.span.level,
                last.end == next.span.start
            {
                chains[chains.count - 1].append(next)
            } else {
                chains.append([next])
            }
        }
        return chains
    }

    /// Returns the callbacks of a company in a period, by endpoint, channel, outcome and reason.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - period: The period.
    ///   - time: As in ``tallies(company:in:asOf:)``.
    package func counts(
        company sid: String, in period: Period, asOf time: Instant? = nil
    ) throws(StorageError) -> PeriodCounts {
        guard let company = try id(ofCompany: sid) else { return PeriodCounts() }
        var sums = CountSums()
        let parts = PeriodDecomposition(period)
        let store = CountStore(database: database)
        for span in parts.spans {
            try store.sum(company, span.level, from: span.start, to: span.end, into: &sums)
        }
        for edge in parts.edges {
            try forEachCallback(ofEdge: edge, company) { sums.add($0) }
        }
        if let time {
            try forEachMovedCallback(company, outOf: period, since: time) { _, entry in
                sums.add(entry)
                return true
            }
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
        let sum = sums.counts
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

extension AttemptLog {
    /// Returns the number of callbacks of one profile in each of several periods, by outcome.
    ///
    /// - Parameter profileID: A profile of the company. For any other profile, nothing is counted.
    package func tallies(
        company sid: String, profile profileID: String, in periods: [Period]
    ) throws(StorageError) -> [Tally] {
        guard let company = try id(ofCompany: sid),
            let profile = try number(of: .profile(profileID), company)
        else { return periods.map { _ in Tally() } }
        return try periods.map { period throws(StorageError) in
            try tally(company, profile, in: period)
        }
    }

    /// Returns the tally of the endpoint with a number.
    func tally(
        _ company: Int64, _ profile: Int64, in period: Period
    ) throws(StorageError) -> Tally {
        var tally = Tally()
        let add = { (entry: CountEntry) in
            guard entry.endpoint == profile, let outcome = entry.outcome else { return }
            tally[outcome] += entry.count
        }
        let parts = PeriodDecomposition(period)
        let store = CountStore(database: database)
        for span in parts.spans {
            try store.read(company, span.level, from: span.start, to: span.end, add)
        }
        for edge in parts.edges { try forEachCallback(ofEdge: edge, company, add) }
        return tally
    }
}

/// A period divided into whole buckets, and the edges that are not whole buckets.
///
/// Whole buckets are read from the stored counts. Only the edges, each shorter than a quarter hour,
/// are counted from the attempts. The cost therefore depends on the length of the period, not on
/// the size of the log.
struct PeriodDecomposition {
    struct Span {
        var level: BucketSize
        var start: Instant
        var end: Instant
    }

    /// The spans of whole buckets, in any order.
    private(set) var spans: [Span] = []
    /// What remains at both ends.
    private(set) var edges: [Period] = []

    init(_ period: Period) {
        let quarter = BucketSize.quarterHour
        let first = Self.up(period.start, quarter)
        let last = quarter.start(of: period.end)
        guard first <= last else {
            edges = [period]
            return
        }
        addEdge(from: period.start, to: first)
        addEdge(from: last, to: period.end)
        let firstDay = Self.up(first, .day)
        let lastDay = BucketSize.day.start(of: last)
        guard firstDay < lastDay else {
            add(.quarterHour, first, last)
            return
        }
        add(.quarterHour, first, firstDay)
        add(.day, firstDay, lastDay)
        add(.quarterHour, lastDay, last)
    }

    private mutating func add(_ level: BucketSize, _ start: Instant, _ end: Instant) {
        if start < end { spans.append(Span(level: level, start: start, end: end)) }
    }

    private mutating func addEdge(from start: Instant, to end: Instant) {
        if start < end { edges.append(Period(start: start, end: end)) }
    }

    private static func up(_ instant: Instant, _ level: BucketSize) -> Instant {
        level.start(of: instant.advanced(milliseconds: level.length - 1))
    }
}
