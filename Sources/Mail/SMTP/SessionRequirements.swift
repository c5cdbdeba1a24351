/// What a server must offer for a mail to go out; libcurl does not ask.
struct SessionRequirements {
    /// Why the program itself ends a transfer.
    enum AbortReason: Equatable {
        case noAuthentication
        /// The ways to log in, none of which takes a password.
        case tokensOnly([String])
        case noSMTPUTF8
        case tooLarge(size: Int, limit: Int)
        case notMarked
    }

    var startTLS = false
    var authentication = false
    var smtpUTF8 = false
    var size = 0

    /// The first thing that is missing; nil when all is there.
    func stop(at offered: ServerExtensions) -> AbortReason? {
        if authentication, offered.mechanisms.isEmpty { return .noAuthentication }
        if authentication, offered.offersTokensOnly { return .tokensOnly(offered.mechanisms) }
        if smtpUTF8, !offered.offersSMTPUTF8 { return .noSMTPUTF8 }
        if let limit = offered.sizeLimit, size > limit {
            return .tooLarge(size: size, limit: limit)
        }
        return nil
    }
}

extension SessionRequirements.AbortReason {
    /// What it means for the mail, with the remedy.
    var result: DeliveryResult {
        switch self {
        case .noAuthentication:
            .misconfigured(
                DeliveryReply(
                    .hello,
                    "the server offers no AUTH here; check host, port and tls, or remove the password"
                ))
        case .tokensOnly(let mechanisms):
            .misconfigured(
                DeliveryReply(
                    .hello,
                    "the server takes no password, only a token (\(mechanisms.joined(separator: ", "))); "
                        + "use a server that takes one, such as a relay of your provider"
                ))
        case .noSMTPUTF8:
            .rejected(
                DeliveryReply(.hello, "the server lacks SMTPUTF8, which this address needs"))
        case .tooLarge(let size, let limit):
            .rejected(
                DeliveryReply(
                    .hello, "the mail has \(size) bytes, and the server takes no more than \(limit)"
                ))
        case .notMarked:
            .deferred(DeliveryReply(.data, "not sent, for its sending could not be recorded"))
        }
    }
}
