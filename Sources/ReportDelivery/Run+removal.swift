import Addresses
import CivilTime
import Settings
import Storage
import StorageErrors

extension Run {
    /// Drops waiting emails to addresses that were removed from the configuration after their
    /// report was prepared.
    ///
    /// All other prepared emails are sent unchanged, even if their frequency was disabled since.
    func dropRemoved() throws(StorageError) {
        let removed = try ledger.openDeliveries(now: clock()).filter { !isRecipient($0) }
        try ledger.recordRemoved(removed.map(\.id), now: clock())
        for delivery in removed {
            let subject = RunEvent.Subject(
                company: delivery.company, frequency: delivery.frequency,
                occurrence: delivery.occurrence, zone: zone(of: delivery.company))
            emit(.dropped(subject, address: delivery.address))
        }
    }

    private func isRecipient(_ delivery: OpenDelivery) -> Bool {
        let company = configuration.companies.first { $0.sid == delivery.company }
        // The recipients of a company with an invalid configuration are unknown. Keep its emails.
        guard let company else { return configuration.mayName(company: delivery.company) }
        let report = company.reports.first { $0.frequency == delivery.frequency }
        let address = delivery.address.lowercased()
        return report?.recipients.contains { $0.address.lowercased() == address } ?? false
    }
}
