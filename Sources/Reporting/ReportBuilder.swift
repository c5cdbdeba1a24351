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
    let log: AttemptLog

    package init(log: AttemptLog) {
        self.log = log
    }

    /// Builds a report.
    ///
    /// - Parameter request: the company, the period, and the information that is not in the log.
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
    package func standing(
        company sid: String, atEndOf period: Period
    ) throws(StorageError) -> Tally {
        var standing = try log.tally(company: sid, in: period)
        standing += try log.moved(company: sid, outOf: period, before: period.end).then
        return standing
    }

    private func build(_ request: ReportRequest) throws(StorageError) -> Report {
        let sid = request.company.sid
        let counts = try log.counts(company: sid, in: request.covered)
        let beginning = try log.firstCallback(company: sid)
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
            recovered: try recovered(request), corrections: try corrections(request),
            notes: notes, zone: request.zone)
    }

    private func notes(
        _ request: ReportRequest, _ totals: Tally, _ beginning: Instant?
    ) throws(StorageError) -> Notes {
        var notes = request.notes
        // Nothing can be said about a period that has not begun.
        guard request.hasBegun else { return notes }
        let covered = request.covered
        notes.quiet = try quiet(totals, covered)
        notes.logBegins = beginning.flatMap { beginning in
            covered.start < beginning && beginning < covered.end ? beginning : nil
        }
        notes.hasUnusualLength = hasUnusualLength(request)
        notes.shared = try log.sharedCallbacks(company: request.company.sid, in: covered)
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

    private func hasUnusualLength(_ request: ReportRequest) -> Bool {
        guard let schedule = request.schedule else { return false }
        let usual = schedule.period(endingAt: request.period.end)
        return usual.start != request.period.start
    }

    /// Counts callbacks that had failed in the previous period and were delivered in this one.
    private func recovered(_ request: ReportRequest) throws(StorageError) -> Int {
        guard request.hasBegun else { return 0 }
        let before = request.lastReport?.period ?? request.previousPeriods(1)[0]
        return try log.moved(
            company: request.company.sid, outOf: before, before: request.covered.end
        ).recovered
    }

    private func corrections(_ request: ReportRequest) throws(StorageError) -> Corrections? {
        guard let last = request.lastReport, request.hasBegun else { return nil }
        let now = try standing(company: request.company.sid, atEndOf: last.period)
        if now == last.standing { return nil }
        return Corrections(period: last.period, reported: last.standing, now: now)
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
