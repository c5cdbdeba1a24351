import SQLite

extension Run {
    /// Claims every report that is due, and sends every mail that waits.
    ///
    /// While some reports are claimed and their mails sent, those of the next ones are made. What a
    /// report tells of the one before in its series is asked when that one is claimed.
    func claimAndSend() throws(DatabaseError) {
        var due = DueList(try dueReports())
        var sending = SendingProgress()
        var made = try makeNext(of: &due).finished()
        while true {
            var next = makeNext(of: &due, besides: made)
            due.stopped.formUnion(try claim(made))
            if next.isEmpty { next = makeNext(of: &due) }
            try sendWaiting(&sending, before: next.mails + due.mails)
            if next.isEmpty, due.isEmpty { return }
            made = try next.finished()
        }
    }

    /// - Parameter unclaimed: reports whose series have to wait.
    private func makeNext(of due: inout DueList, besides unclaimed: [PreparedReport] = [])
        -> ReportPreparation
    {
        let next = due.next(besides: Set(unclaimed.map(\.draft.series)))
        return ReportPreparation(next, from: ledger.database.path, by: composer, at: clock())
    }

    /// - Returns: series of which a report was not claimed.
    private func claim(_ reports: [PreparedReport]) throws(DatabaseError) -> Set<SeriesKey> {
        guard !reports.isEmpty else { return [] }
        var stopped: Set<SeriesKey> = []
        let events = try ledger.database.transaction { () throws(DatabaseError) in
            var events: [RunEvent] = []
            for report in reports where try !ledger.isRecorded(report.draft.claim) {
                guard let event = try record(report) else { continue }
                events.append(event)
                if case .unmade = event { stopped.insert(report.draft.series) }
            }
            return events
        }
        // What is told is on the disk.
        events.forEach(tell)
        return stopped
    }

    /// Records a report unless its mails could not be made.
    private func record(_ report: PreparedReport) throws(DatabaseError) -> RunEvent? {
        let draft = report.draft
        switch (draft.content, report.frozen) {
        case (.skipped(let reason, let standing), _):
            try ledger.skip(draft.claim, because: reason, standing: standing, now: draft.time)
            return .skipped(draft.subject, reason: reason)
        case (.report(_, let number, _), .success(let frozen)?):
            try ledger.record(draft.claim, frozen, number: number, now: draft.time)
            return .claimed(draft.subject, number: number, recipients: frozen.letters.count)
        case (_, .failure(let error)?): return .unmade(draft.subject, problem: "\(error)")
        case (.report, nil): return nil
        }
    }
}
