import SQLite
import Scheduling
import Settings

extension Run {
    /// Drops mails that wait for an address which was removed from the configuration since their
    /// report was made.
    ///
    /// Everything else that was made is sent as it was frozen, also after its frequency was
    /// switched off.
    func dropRemoved() throws(DatabaseError) {
        let removed = try ledger.openDeliveries(now: clock()).filter { !isRecipient($0) }
        try ledger.recordRemoved(removed.map(\.id), now: clock())
        for delivery in removed {
            let subject = RunEvent.Subject(
                company: delivery.company, frequency: delivery.frequency,
                occurrence: delivery.occurrence, zone: zone(of: delivery.company))
            tell(.dropped(subject, address: delivery.address))
        }
    }

    private func isRecipient(_ delivery: OpenDelivery) -> Bool {
        let company = configuration.companies.first { $0.sid == delivery.company }
        // Of a company with a mistake nobody knows what it has.
        guard let company else { return configuration.mayName(company: delivery.company) }
        let report = company.reports.first { $0.frequency == delivery.frequency }
        let address = delivery.address.lowercased()
        return report?.recipients.contains { $0.address.lowercased() == address } ?? false
    }
}
