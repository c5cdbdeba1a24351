import Curl

extension SMTPTransport {
    /// A probe succeeds with a 2xx to its command; everything else is judged as for a mail.
    func probeResult(_ conversation: Conversation, _ error: CurlError?) -> DeliveryResult {
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
        let reply = result.reply.hiding(secrets)
        switch result {
        case .accepted: return .accepted(reply)
        case .deferred: return .deferred(reply)
        case .rejected: return .rejected(reply)
        case .uncertain: return .uncertain(reply)
        case .misconfigured: return .misconfigured(reply)
        }
    }
}
