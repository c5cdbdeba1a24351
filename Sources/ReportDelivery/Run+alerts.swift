import Addresses
import Alerts
import CivilTime
import Mail
package import Settings
package import Storage
package import StorageErrors

extension Run {
    /// Raises the alerts that are due, and sends the emails of alerts that wait.
    ///
    /// Unlike ``perform()``, it leaves reports alone.
    ///
    /// - Parameter hold: How long an alert waits for changes of other endpoints, in milliseconds.
    package func performAlerts(hold: Int64) throws(StorageError) {
        _ = try raiseAlerts(hold: hold)
        let due = try ledger.dueDeliveries(now: clock(), alertsOnly: true)
        guard !due.isEmpty else { return }
        try dropRemoved()
        var pace = SendingPace()
        _ = try sendAll(try ledger.dueDeliveries(now: clock(), alertsOnly: true), &pace)
        transport.close()
    }

    /// Evaluates the states of endpoints, and records the alerts that are due.
    ///
    /// - Returns: Whether there are any.
    func raiseAlerts(hold: Int64 = 0) throws(StorageError) -> Bool {
        let evaluation = AlertEvaluation(
            configuration, log: log, ledger: ledger, states: try AlertStates(in: log))
        let raised = try evaluation.perform(at: clock(), by: composer.mails, hold: hold)
        for alert in raised { emit(event(alert)) }
        return !raised.isEmpty
    }

    private func event(_ alert: AlertEvaluation.Raised) -> RunEvent {
        let notice = alert.notice
        switch alert.subject {
        case .success(let title):
            let subject = RunEvent.Subject(
                company: notice.company, kind: .alert(notice.kind), occurrence: notice.now,
                zone: notice.zone)
            return .alerted(subject, title: title, recipients: alert.recipients)
        case .failure(let error):
            return .alertFailed(
                company: notice.company, kind: notice.kind, problem: "\(error)")
        }
    }
}

extension CompanySettings {
    /// The recipients of emails with reports or alerts of a kind.
    private func recipients(of kind: EntryKind) -> [Mailbox] {
        switch kind {
        case .report(let frequency):
            reports.first { $0.frequency == frequency }?.recipients ?? []
        case .alert: alerts?.recipients ?? []
        }
    }

    /// Where reports or alerts of a kind are sent.
    package func targets(of kind: EntryKind) -> [DeliveryTarget] {
        recipients(of: kind).map { DeliveryTarget(.email, $0.address) }
            + (channels(of: kind)?.targets ?? [])
    }
}

extension AlertNotice {
    /// What the alert is about, as the ledger records it.
    var subjects: [AlertSubject] {
        endpoints.isEmpty ? [.log] : endpoints.map { .endpoint($0.endpoint) }
    }
}
