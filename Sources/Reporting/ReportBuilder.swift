package import CivilTime
package import DeliveryLog
package import Storage
package import StorageErrors

/// Builds reports from the delivery log.
///
/// All queries of a report run in one read transaction, so the figures are consistent. The cost
/// depends on the length of the period and not on the size of the log.
///
///     let builder = ReportBuilder(log: log)
///     let report = try builder.report(request)
package struct ReportBuilder {
    package let log: AttemptLog

    package init(log: AttemptLog) {
        self.log = log
    }

    /// Builds a report.
    ///
    /// - Parameter request: The company, the period, and the information that is not in the log.
    /// - Throws: ``StorageError`` if the log cannot be read.
    package func report(_ request: ReportRequest) throws(StorageError) -> Report {
        try log.consistently { () throws(StorageError) in
            try build(request)
        }
    }

    /// Returns the state of a period's callbacks at its end, based on all records known now.
    ///
    /// Callbacks that were retried after the period are included. Only late records change the
    /// result.
    ///
    /// - Parameter fingerprints: The fingerprints of the same read transaction.
    package func standing(
        company sid: String, atEndOf period: Period, _ fingerprints: AttemptFingerprints
    ) throws(StorageError) -> Standing {
        var tally = try log.tally(company: sid, in: period)
        tally += try log.moved(company: sid, outOf: period, before: period.end).then
        return Standing(tally, fingerprint: try fingerprints.fingerprint(of: period))
    }

    /// Compares what reports described with the current state of their periods.
    ///
    /// Periods whose attempts have not changed are not counted again. Periods that ended before
    /// the pruning limit are ignored: late records of that time are rejected.
    ///
    /// - Parameters:
    ///   - reported: The reported periods of a series, latest first.
    ///   - skipped: The periods whose reports were skipped and that no report has described, latest
    ///     first. Their standings are ignored.
    ///   - sid: The SID of the company.
    ///   - fingerprints: The fingerprints of the same read transaction.
    /// - Returns: The history, or nil if there are no earlier periods.
    package func history(
        of reported: [ReportedPeriod], skipped: [ReportedPeriod] = [], company sid: String,
        _ fingerprints: AttemptFingerprints
    ) throws(StorageError) -> ReportHistory? {
        let last = (skipped.prefix(1) + reported.prefix(1)).max { $0.period.end < $1.period.end }
        guard let last else { return nil }
        var history = ReportHistory(lastPeriod: last.period, lastReported: reported.first?.period)
        for var period in skipped {
            period.standing = try standing(company: sid, atEndOf: period.period, fingerprints)
            history.revised.append(period)
            // A callback that was tried again later counts in the period of that attempt, as in
            // every report of now.
            history.skipped.append(
                Comparison(
                    period: period.period,
                    totals: try log.tally(company: sid, in: period.period)))
        }
        for known in reported + history.revised {
            history.standings[known.period] = known.standing.tally
        }
        let limit = try log.prunedBefore()
        for before in reported where limit.map({ $0 <= before.period.end }) ?? true {
            let fingerprint = try fingerprints.fingerprint(of: before.period)
            if let fingerprint, fingerprint == before.standing.fingerprint { continue }
            var now = before
            now.standing = try standing(company: sid, atEndOf: before.period, fingerprints)
            history.revised.append(now)
            history.standings[now.period] = now.standing.tally
            guard now.standing.tally != before.standing.tally else { continue }
            history.corrections.append(
                Corrections(
                    period: before.period, reported: before.standing.tally,
                    now: now.standing.tally))
        }
        return history
    }

    private func build(_ request: ReportRequest) throws(StorageError) -> Report {
        let sid = request.company.sid
        let counts = try log.counts(company: sid, in: request.covered, asOf: request.asOf)
        let compared = request.comparedPeriods(4).map(\.start)
        let beginning = try log.firstCallback(
            company: sid, exactFrom: compared.min() ?? request.covered.start, asOf: request.asOf)
        let comparisons = try comparisons(request, beginning)
        let notes = try notes(request, counts.tally, beginning)
        return Report(
            company: request.company, frequency: request.schedule?.frequency,
            period: request.period, unfinishedAt: request.unfinishedAt, totals: counts.tally,
            previous: comparisons.previous, average: comparisons.average,
            endpoints: counts.endpointLines(titles: request.titles),
            troubled: try troubled(request, disabled: notes.disabled.map(\.profileID)),
            channels: counts.channelLines, reasons: counts.reasonLines,
            timeline: try timeline(request, beginning), latency: counts.latency.summary,
            recovered: try recovered(request),
            corrections: request.corrections.first { $0.period == request.history?.lastReported },
            earlierCorrections: request.corrections.filter {
                $0.period != request.history?.lastReported
            },
            skipped: request.hasBegun ? request.history?.skipped ?? [] : [],
            earlierRetrying: try earlierRetrying(request), notes: notes, zone: request.zone)
    }

    private func notes(
        _ request: ReportRequest, _ totals: Tally, _ beginning: Instant?
    ) throws(StorageError) -> Notes {
        var notes = request.notes
        // Nothing can be said about a period that has not begun.
        guard request.hasBegun else { return notes }
        let covered = request.covered
        let search = try SilenceSearch(log, in: covered, request.zone)
        notes.quiet = try search.quiet(isEmpty: totals.callbacks == 0, now: request.now)
        notes.silences = try search.ended()
        notes.logBegins = beginning.flatMap { beginning in
            covered.start < beginning && beginning < covered.end ? beginning : nil
        }
        notes.hasUnusualLength = hasUnusualLength(request)
        notes.shared = try log.sharedCallbacks(
            company: request.company.sid, in: covered, asOf: request.asOf)
        notes.pruned = try pruned(request)
        notes.disabled = try log.disabledProfiles(
            company: request.company.sid, before: covered.end)
        for index in notes.disabled.indices {
            let endpoint = Endpoint.profile(notes.disabled[index].profileID)
            if let title = request.titles.title(of: endpoint) {
                notes.disabled[index].title = title
            }
        }
        return notes
    }

    /// Returns what the report lacks because attempts were pruned, or nil if nothing is missing.
    private func pruned(_ request: ReportRequest) throws(StorageError) -> Notes.Pruned? {
        let covered = request.covered
        guard let limit = try log.prunedBefore(), covered.start < limit else { return nil }
        let quarter: Int64 = 900_000
        let ends = [covered.start, covered.end].filter { $0.rounded(downTo: quarter) != $0 }
        let pruned = Notes.Pruned(
            before: limit,
            failed: try log.unlistedFailures(company: request.company.sid, in: covered),
            lacksEnds: ends.contains { $0.rounded(downTo: quarter) < limit },
            lacksRetried: request.asOf.map { $0 < limit } ?? false)
        let isMissing = pruned.failed > 0 || pruned.lacksEnds || pruned.lacksRetried
        return isMissing ? pruned : nil
    }

    private func hasUnusualLength(_ request: ReportRequest) -> Bool {
        guard let schedule = request.schedule else { return false }
        let usual = schedule.period(endingAt: request.period.end)
        return usual.start != request.period.start
    }

    /// Counts callbacks that are still retrying and were last tried before the period.
    private func earlierRetrying(_ request: ReportRequest) throws(StorageError) -> Int {
        guard request.hasBegun else { return 0 }
        let week = Report.weekBefore(request.covered.start)
        return try log.tallies(
            company: request.company.sid, in: [week], asOf: request.asOf)[0].retrying
    }

    /// Counts callbacks that had failed in the previous period and were delivered in this one.
    private func recovered(_ request: ReportRequest) throws(StorageError) -> Int {
        guard request.hasBegun else { return 0 }
        let before = request.history?.lastPeriod ?? request.previousPeriods(1)[0]
        return try log.moved(
            company: request.company.sid, outOf: before, before: request.covered.end
        ).recovered
    }

    /// Returns the endpoints with undelivered attempts. Nothing is sent to a disabled one, and the
    /// report says so elsewhere.
    private func troubled(
        _ request: ReportRequest, disabled: [String]
    ) throws(StorageError) -> [TroubledEndpoint] {
        guard request.hasBegun else { return [] }
        var troubled = try log.troubledEndpoints(
            company: request.company.sid, in: request.covered
        ).filter { endpoint in
            endpoint.isTried || !disabled.contains { endpoint.endpoint == .profile($0) }
        }
        for index in troubled.indices {
            if let title = request.titles.title(of: troubled[index].endpoint) {
                troubled[index].title = title
            }
        }
        return troubled
    }
}

extension ReportBuilder {
    /// Returns the previous period and the average of the last four periods. Periods that the log
    /// does not cover from their start are left out.
    ///
    /// An ongoing period is compared with the same part of earlier periods. Each is counted as it was
    /// when it was as old as this period is now: callbacks that were tried again later had not moved
    /// to a later period yet.
    ///
    /// - Parameters:
    ///   - request: The report to build.
    ///   - beginning: When the company's first callback finished.
    func comparisons(
        _ request: ReportRequest, _ beginning: Instant?
    ) throws(StorageError) -> (previous: Comparison?, average: Average?) {
        guard let beginning, request.hasBegun else { return (nil, nil) }
        let periods = request.comparedPeriods(4).filter { request.covers($0, from: beginning) }
        let standings = request.age == 0 ? request.history?.standings ?? [:] : [:]
        let unknown = periods.filter { standings[$0] == nil }
        let counted = try log.tallies(
            company: request.company.sid, in: unknown, atAge: request.age)
        let tallies = standings.merging(zip(unknown, counted)) { $1 }
        let known = periods.compactMap { period in
            tallies[period].map { Comparison(period: period, totals: $0) }
        }
        return (known.first, request.schedule == nil ? nil : Average(known.map(\.totals)))
    }
}

extension ReportRequest {
    /// The corrections of earlier reports. A report of a period that has not begun has none.
    fileprivate var corrections: [Corrections] { hasBegun ? history?.corrections ?? [] : [] }

    /// Whether a log that begins at this instant covers the period, or nearly: 1 % of it may be
    /// missing, or an hour of a day. A larger part would appear as growth.
    fileprivate func covers(_ period: Period, from beginning: Instant) -> Bool {
        let hour: Int64 = 3_600_000
        let missing = max(period.length / 100, min(hour, period.length / 24))
        return beginning < period.start.advanced(milliseconds: missing)
    }

    /// Returns the periods to compare with, latest first: earlier periods, or their first parts if
    /// this period is ongoing.
    func comparedPeriods(_ count: Int) -> [Period] {
        let periods = previousPeriods(count)
        guard unfinishedAt != nil else { return periods }
        return periods.map {
            let end = $0.start.advanced(milliseconds: covered.length)
            return Period(start: $0.start, end: min($0.end, end))
        }
    }

    /// Returns the periods before this one, latest first.
    ///
    /// They are complete periods of the schedule, even if this period is longer or shorter. For a
    /// custom period, it is only the preceding period of equal length.
    func previousPeriods(_ count: Int) -> [Period] {
        guard let schedule else {
            let start = period.start.advanced(milliseconds: -period.length)
            return [Period(start: start, end: period.start)]
        }
        let usualStart = schedule.period(endingAt: period.end).start
        var end = schedule.occurrence(atOrBefore: min(period.start, usualStart))
        return (0..<count).map { _ in
            let previous = schedule.period(endingAt: end)
            end = previous.start
            return previous
        }
    }
}

extension Average {
    /// Nil if there is nothing to average.
    fileprivate init?(_ tallies: [Tally]) {
        if tallies.isEmpty { return nil }
        self.init(periods: tallies.count, sums: tallies.reduce(into: Tally()) { $0 += $1 })
    }
}

extension ReportBuilder {
    /// Returns the bars of a report. Bars before the beginning of the log and after the current time
    /// are left out because they have no data.
    ///
    /// - Parameters:
    ///   - request: The report to build.
    ///   - beginning: When the company's first callback finished.
    func timeline(
        _ request: ReportRequest, _ beginning: Instant?
    ) throws(StorageError) -> [TimelineBar] {
        let starts = request.barStarts()
        let periods = zip(starts, starts.dropFirst() + [request.covered.end]).map {
            Period(start: $0, end: $1)
        }.filter { beginning ?? $0.start < $0.end }
        let tallies = try log.tallies(
            company: request.company.sid, in: periods, asOf: request.asOf)
        return zip(periods, tallies).map { TimelineBar(start: $0.start, end: $0.end, tally: $1) }
    }
}

extension ReportRequest {
    /// Returns the start of each bar. Bars are hours for daily and short periods, and days
    /// otherwise.
    func barStarts() -> [Instant] {
        hasHours ? hourStarts() : dayStarts()
    }

    /// Whether the bars are hours.
    var hasHours: Bool {
        let twoDays: Int64 = 48 * 3_600_000
        return schedule.map { $0.frequency == .daily } ?? (covered.length <= twoDays)
    }

    /// Returns elapsed hours. A day on which the clocks change has 23 or 25 of them.
    private func hourStarts() -> [Instant] {
        stride(from: covered.start.milliseconds, to: covered.end.milliseconds, by: 3_600_000)
            .map { Instant(milliseconds: $0) }
    }

    /// Returns days that start at the time of day at which the period starts, so that a bar covers
    /// the same time as a daily report.
    private func dayStarts() -> [Instant] {
        let first = zone.civil(period.start)
        var starts: [Instant] = []
        var day = 0
        var start = period.start
        while start < covered.end {
            if start > starts.last ?? Instant(milliseconds: .min) { starts.append(start) }
            day += 1
            let date = first.date.adding(days: day)
            start = zone.instant(of: CivilDateTime(date: date, time: first.time))
        }
        return starts
    }
}
