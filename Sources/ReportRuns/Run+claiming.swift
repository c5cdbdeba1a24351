import SQLite

extension Run {
    /// Claims every report that is due, and sends every mail that waits.
    ///
    /// While the mails of some reports are sent, those of the next ones are made.
    func claimAndSend() throws(DatabaseError) {
        var due = try dueReports()[...]
        var stopped: Set<SeriesKey> = []
        var sending = Sending()
        var making = try makeNext(of: &due, without: stopped)
        while true {
            try claim(making.finished(), &stopped)
            let isLast = due.isEmpty
            making = try makeNext(of: &due, without: stopped)
            let unclaimed = due.reduce(making.mails) { $0 + $1.settings.recipients.count }
            try sendWaiting(&sending, before: unclaimed)
            if isLast { return }
        }
    }

    private func makeNext(
        of due: inout ArraySlice<DueReport>, without stopped: Set<SeriesKey>
    ) throws(DatabaseError) -> Making {
        Making(try draw(&due, without: stopped), by: composer.mails)
    }

    /// - Parameter stopped: series of which a report was not claimed, so that later ones wait.
    private func claim(
        _ reports: [MadeReport], _ stopped: inout Set<SeriesKey>
    ) throws(DatabaseError) {
        guard !reports.isEmpty else { return }
        let events = try ledger.database.transaction { () throws(DatabaseError) in
            var events: [RunEvent] = []
            for report in reports {
                guard try !ledger.isRecorded(report.draft.claim) else { continue }
                let event = try record(report)
                if let event { events.append(event) }
                if event?.isClaim != true { stopped.insert(report.draft.series) }
            }
            return events
        }
        // What is told is on the disk.
        events.forEach(tell)
    }

    /// Records a report unless its mails could not be made.
    private func record(_ report: MadeReport) throws(DatabaseError) -> RunEvent? {
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

extension RunEvent {
    /// Whether the report is recorded now.
    fileprivate var isClaim: Bool {
        switch self {
        case .claimed, .skipped: true
        default: false
        }
    }
}
