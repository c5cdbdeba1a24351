/// A way to hand over mails, one recipient each.
package protocol MailTransport: AnyObject {
    /// Delivers a whole mail, as it is, and says what became of it.
    ///
    /// - Parameters:
    ///   - message: what ``OutgoingMessage/bytes()`` gave.
    ///   - from: the address that a failure is reported to; never empty.
    ///   - to: the address as sent; see ``Mailbox/address``.
    ///   - beforeFinalDot: called at most once, right before the last bytes can leave: while it has not
    ///     returned true nothing can have been accepted. When it returns false the mail is not
    ///     delivered, and the result is `deferred`.
    func deliver(
        _ message: [UInt8], from: String, to: String, beforeFinalDot: () -> Bool
    ) -> DeliveryResult

    /// Goes all the way to where a mail would begin; `accepted` means that all is well.
    func probe() -> DeliveryResult

    /// Ends the connection, if there is one; the next delivery opens a new one.
    func close()
}
