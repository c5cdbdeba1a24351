/// A way to send mails, each to one recipient.
///
///     let transport = MaildirTransport(directory: "/srv/mail")
///     let result = transport.deliver(
///         try message.bytes(), from: "reports@example.com", to: "ops@example.com"
///     ) { recordAttempt() }
///     transport.close()
package protocol MailTransport: AnyObject {
    /// Sends a mail without changing it, and returns the result.
    ///
    /// - Parameters:
    ///   - message: the result of ``OutgoingMessage/bytes()``.
    ///   - from: the address for bounces. It must not be empty.
    ///   - to: the address of the recipient; see ``Mailbox/address``.
    ///   - beforeFinalDot: called at most once, immediately before the last bytes can be sent.
    ///     The server cannot have accepted the mail before it returns true. If it returns false,
    ///     the mail is not sent and the result is `deferred`.
    /// - Returns: the result with the server's reply.
    func deliver(
        _ message: [UInt8], from: String, to: String, beforeFinalDot: () -> Bool
    ) -> DeliveryResult

    /// Tests the connection up to the point where a mail would begin. Returns `accepted` if
    /// everything works.
    func probe() -> DeliveryResult

    /// Closes the connection, if there is one. The next delivery opens a new connection.
    func close()
}
