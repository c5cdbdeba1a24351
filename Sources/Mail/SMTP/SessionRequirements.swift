/// The extensions that a server must offer for a mail. libcurl does not check them.
struct SessionRequirements {
    /// Why the program aborted a transfer.
    enum AbortReason: Equatable {
        case noAuthentication
        /// The server's authentication mechanisms, none of which accepts a password.
        case tokensOnly([String])
        case noSMTPUTF8
        case tooLarge(size: Int, limit: Int)
        case notMarked
    }

    var startTLS = false
    var authentication = false
    var smtpUTF8 = false
    var size = 0

    /// Returns the first requirement that the server does not meet, or nil if it meets all.
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
    /// The result for the mail, with a remedy.
    var result: DeliveryResult {
        switch self {
        case .noAuthentication:
            .misconfigured(
                DeliveryReply(
                    .hello,
                    "the server does not offer AUTH; check host, port and tls, or remove the password"
                ))
        case .tokensOnly(let mechanisms):
            .misconfigured(
                DeliveryReply(
                    .hello,
                    "the server supports only token authentication "
                        + "(\(mechanisms.joined(separator: ", "))), not passwords; use a server that "
                        + "supports passwords, such as your provider's SMTP relay"
                ))
        case .noSMTPUTF8:
            .rejected(
                DeliveryReply(
                    .hello, "the server does not support SMTPUTF8, which this address requires"))
        case .tooLarge(let size, let limit):
            .rejected(
                DeliveryReply(
                    .hello, "the email has \(size) bytes, but the server accepts at most \(limit)"
                ))
        case .notMarked:
            .deferred(DeliveryReply(.data, "not sent because the attempt could not be recorded"))
        }
    }
}
