import Mail

/// A mail server with scripted answers. It accepts every email after the last one.
final class ScriptedTransport: MailTransport {
    enum Answer {
        case accept
        case `defer`
        case reject
        /// The server accepts the email, but its answer is lost.
        case lose
        case misconfigure
        /// No server is reachable.
        case missing
    }

    /// The remaining answers by address.
    var answers: [String: [Answer]] = [:]
    /// The emails that the server accepted, in order.
    private(set) var mailbox: [(to: String, message: [UInt8])] = []
    private(set) var attempts: [String] = []

    func received(by address: String) -> [[UInt8]] {
        mailbox.filter { $0.to == address }.map(\.message)
    }

    func deliver(
        _ message: [UInt8], from: String, to: String, beforeFinalDot: () -> Bool
    ) -> DeliveryResult {
        attempts.append(to)
        switch nextAnswer(for: to) {
        case .reject: return .rejected(DeliveryReply(.recipient, code: 550, "no such user"))
        case .defer: return .deferred(DeliveryReply(.recipient, code: 450, "try again later"))
        case .missing: return .deferred(DeliveryReply(.connection, code: nil, "connection refused"))
        case .misconfigure:
            return .misconfigured(
                DeliveryReply(.authentication, code: 535, "authentication failed"))
        case .accept:
            guard beforeFinalDot() else {
                return .deferred(DeliveryReply(.data, code: nil, "not completed"))
            }
            mailbox.append((to, message))
            return .accepted(DeliveryReply(.content, code: 250, "queued"))
        case .lose:
            guard beforeFinalDot() else {
                return .deferred(DeliveryReply(.data, code: nil, "not completed"))
            }
            mailbox.append((to, message))
            return .uncertain(DeliveryReply(.content, code: nil, "no response"))
        }
    }

    private func nextAnswer(for address: String) -> Answer {
        guard let first = answers[address]?.first else { return .accept }
        answers[address]?.removeFirst()
        return first
    }

    func probe() -> DeliveryResult { .accepted(DeliveryReply(.connection, code: 220, "here")) }
    func close() {}
}
