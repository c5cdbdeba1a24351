/// What became of a mail to one recipient.
package enum DeliveryResult: Equatable, Sendable {
    /// The server took it over, with a 2xx answer to the end of the data.
    case accepted(DeliveryReply)
    /// Not for now: the same bytes can go out later.
    case deferred(DeliveryReply)
    /// Never: this mail to this recipient is given up.
    case rejected(DeliveryReply)
    /// The last bytes left and no answer came: it may have arrived or not.
    case uncertain(DeliveryReply)
    /// The configuration or the account is wrong: nothing else will go out before that changes.
    case misconfigured(DeliveryReply)

    package var reply: DeliveryReply {
        switch self {
        case .accepted(let reply), .deferred(let reply), .rejected(let reply),
            .uncertain(let reply), .misconfigured(let reply):
            reply
        }
    }

    /// Whether this very mail can have reached the recipient.
    package var mayHaveArrived: Bool {
        switch self {
        case .accepted, .uncertain: true
        case .deferred, .rejected, .misconfigured: false
        }
    }
}
