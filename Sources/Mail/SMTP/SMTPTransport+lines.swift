import Curl

extension SMTPTransport {
    /// A probe succeeds with a 2xx to its command; everything else is judged as for a mail.
    func probeResult(_ conversation: SMTPDialogue, _ error: CurlError?) -> DeliveryResult {
        guard error == nil, let last = conversation.lastReply, last.reply.code / 100 == 2 else {
            return DeliveryResult(conversation, error: error)
        }
        let login = account.map { ", logged in as '\($0.userName)'" } ?? ", without login"
        return .accepted(
            DeliveryReply(.connection, "\(server.authority) answers\(protection)\(login)"))
    }

    private var protection: String {
        server.security == .none ? ", without TLS" : " over TLS"
    }

    /// The result with the password gone from what the server said.
    func hidingSecrets(in result: DeliveryResult) -> DeliveryResult {
        guard let secrets = account?.secrets else { return result }
        return result.with(result.reply.hiding(secrets))
    }

    /// Says that the port is for another kind of TLS, where the server did not say a word.
    func advising(_ result: DeliveryResult, _ conversation: SMTPDialogue) -> DeliveryResult {
        guard conversation.lastReply == nil, let advice = server.portAdvice else { return result }
        return result.with(result.reply.adding(advice))
    }
}

extension DeliveryResult {
    /// The same with another line.
    fileprivate func with(_ reply: DeliveryReply) -> DeliveryResult {
        switch self {
        case .accepted: .accepted(reply)
        case .deferred: .deferred(reply)
        case .rejected: .rejected(reply)
        case .uncertain: .uncertain(reply)
        case .misconfigured: .misconfigured(reply)
        }
    }
}
