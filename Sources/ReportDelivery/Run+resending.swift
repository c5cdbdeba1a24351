package import SQLite

extension Run {
    /// Sends the frozen mails of a report once more, now, but for addresses that were removed.
    ///
    /// - Parameter failedOnly: whether recipients whose server took it are left alone.
    /// - Returns: how many mails there were to send.
    package func resend(report id: Int64, failedOnly: Bool) throws(DatabaseError) -> Int {
        try ledger.requeue(id, failedOnly: failedOnly, now: clock())
        try dropRemoved()
        let deliveries = try ledger.dueDeliveries(ofReport: id, now: clock())
        var pace = SendingPace()
        _ = try send(deliveries, &pace)
        return deliveries.count
    }
}
