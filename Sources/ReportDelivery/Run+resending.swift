import Storage
package import StorageErrors

extension Run {
    /// Sends the stored emails of a report again, except to addresses that were removed from the
    /// configuration.
    ///
    /// - Parameters:
    ///   - id: The ID of the report.
    ///   - failedOnly: Whether to leave out recipients whose server accepted the mail.
    /// - Returns: The number of emails to send.
    package func resend(report id: Int64, failedOnly: Bool) throws(StorageError) -> Int {
        try ledger.requeue(id, failedOnly: failedOnly, now: clock())
        try dropRemoved()
        let deliveries = try ledger.dueDeliveries(ofReport: id, now: clock())
        var pace = SendingPace()
        _ = try send(deliveries, &pace)
        return deliveries.count
    }
}
