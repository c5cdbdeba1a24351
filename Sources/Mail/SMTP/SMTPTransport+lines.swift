import Addresses
import Curl

extension SMTPTransport {
    /// A probe succeeds with a 2xx reply to its command. Everything else is classified as for a
    /// mail.
    func probeResult(_ dialogue: SMTPDialogue, _ error: CurlError?) -> DeliveryResult {
        guard error == nil, let last = dialogue.lastReply, last.reply.code / 100 == 2 else {
            return DeliveryResult(dialogue, error: error)
        }
        let login = account.map { "; logged in as '\($0.userName)'" } ?? "; not logged in"
        return .accepted(
            DeliveryReply(.connection, "\(server.authority) responded\(protection)\(login)"))
    }

    private var protection: String {
        server.security == .none ? " without TLS" : " over TLS"
    }

    /// Returns the result with the password redacted in the server's reply.
    func hidingSecrets(in result: DeliveryResult) -> DeliveryResult {
        guard let secrets = account?.secrets else { return result }
        return result.with(result.reply.hiding(secrets))
    }

    /// Adds advice about the port if the server never replied and the port is usual for another
    /// kind of TLS.
    func advising(_ result: DeliveryResult, _ dialogue: SMTPDialogue) -> DeliveryResult {
        guard dialogue.lastReply == nil, let advice = server.portAdvice else { return result }
        return result.with(result.reply.adding(advice))
    }
}

extension DeliveryResult {
    /// Returns the result with another reply.
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
