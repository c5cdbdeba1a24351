import Storage
import StorageErrors

extension Run {
    /// Claims every due report and sends every waiting mail.
    ///
    /// While one batch of reports is claimed and sent, a background thread prepares the next batch.
    /// What a report says about its predecessor is read when the report itself is claimed.
    func claimAndSend() throws(StorageError) {
        var due = DueList(try dueReports())
        var sending = SendingProgress()
        var prepared = try prepareNext(of: &due).finished()
        while true {
            var next = prepareNext(of: &due, excluding: prepared)
            due.stopped.formUnion(try claim(prepared))
            if next.isEmpty { next = prepareNext(of: &due) }
            try sendWaiting(&sending, before: next.mails + due.mails)
            if next.isEmpty, due.isEmpty { return }
            prepared = try next.finished()
        }
    }

    /// - Parameter unclaimed: Prepared reports that are not claimed yet. Their series have to wait.
    private func prepareNext(of due: inout DueList, excluding unclaimed: [PreparedReport] = [])
        -> ReportPreparation
    {
        let next = due.next(excluding: Set(unclaimed.map(\.draft.series)))
        return ReportPreparation(next, from: ledger.path, by: composer, at: clock())
    }

    /// - Returns: The series in which a report could not be claimed.
    private func claim(_ reports: [PreparedReport]) throws(StorageError) -> Set<SeriesKey> {
        guard !reports.isEmpty else { return [] }
        var stopped: Set<SeriesKey> = []
        let events = try ledger.transaction { () throws(StorageError) in
            var events: [RunEvent] = []
            for report in reports where try !ledger.isRecorded(report.draft.claim) {
                guard let event = try record(report) else { continue }
                events.append(event)
                if case .preparationFailed = event { stopped.insert(report.draft.series) }
            }
            return events
        }
        // Emit events only after the transaction is committed.
        events.forEach(emit)
        return stopped
    }

    /// Records a report, unless its emails could not be prepared.
    private func record(_ report: PreparedReport) throws(StorageError) -> RunEvent? {
        let draft = report.draft
        switch (draft.content, report.stored) {
        case (.skipped(let reason, let standing), _):
            try ledger.skip(draft.claim, because: reason, standing: standing, now: draft.time)
            return .skipped(draft.subject, reason: reason)
        case (.report(_, let number, _), .success(let stored)?):
            try ledger.record(draft.claim, stored, number: number, now: draft.time)
            return .claimed(draft.subject, number: number, recipients: stored.messages.count)
        case (_, .failure(let error)?):
            return .preparationFailed(draft.subject, problem: "\(error)")
        case (.report, nil): return nil
        }
    }
}
