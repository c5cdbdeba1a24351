/// The result of sending a mail to a recipient.
package enum DeliveryResult: Equatable, Sendable {
    /// The server accepted the mail: it replied with 2xx to the end of the data.
    case accepted(DeliveryReply)
    /// A temporary failure. The same bytes can be sent again later.
    case deferred(DeliveryReply)
    /// A permanent failure. The mail is never sent to this recipient again.
    case rejected(DeliveryReply)
    /// The last bytes were sent but no reply arrived, so the mail may have been delivered.
    case uncertain(DeliveryReply)
    /// The configuration or the account is wrong. No mail can be sent until that is fixed.
    case misconfigured(DeliveryReply)

    package var reply: DeliveryReply {
        switch self {
        case .accepted(let reply), .deferred(let reply), .rejected(let reply),
            .uncertain(let reply), .misconfigured(let reply):
            reply
        }
    }
}
