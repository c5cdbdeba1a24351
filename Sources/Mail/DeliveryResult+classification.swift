import Curl

extension DeliveryResult {
    /// Judges a transfer by what was said in it; libcurl's own verdict is only the last resort.
    ///
    /// - Parameter error: libcurl's; nil when it saw no fault.
    init(_ conversation: SMTPDialogue, error: CurlError?) {
        if conversation.handedOver {
            self = Self.afterTheEnd(conversation, error)
        } else if let stop = conversation.stop {
            self = stop.result
        } else if let error {
            self = Self.beforeTheEnd(conversation, error)
        } else {
            // Cannot be: libcurl reports success without having asked for the mail.
            self = .deferred(DeliveryReply(conversation.phase, "the mail was not asked for"))
        }
    }

    /// A 2xx counts even where libcurl calls it an error, and no answer leaves the question open.
    private static func afterTheEnd(
        _ conversation: SMTPDialogue, _ error: CurlError?
    ) -> DeliveryResult {
        guard let reply = conversation.finalReply else {
            let fault = error?.message ?? "no answer"
            return .uncertain(
                DeliveryReply(.content, "\(fault); the mail may have arrived or not"))
        }
        switch reply.code {
        case 200..<300: return .accepted(DeliveryReply(.content, reply))
        case 400..<600: return refused(in: .content, reply)
        default: return .uncertain(DeliveryReply(.content, reply))
        }
    }

    private static func beforeTheEnd(
        _ conversation: SMTPDialogue, _ error: CurlError
    ) -> DeliveryResult {
        let fault = DeliveryReply(conversation.phase, error.description)
        switch error.kind {
        case .setUp: return .misconfigured(fault)
        case .misuse, .stopped: return .rejected(fault)
        case .insecure, .login, .denied, .network: break
        }
        if let (phase, reply) = conversation.lastReply, phase == conversation.phase,
            reply.code >= 400
        {
            return refused(in: phase, reply)
        }
        return error.kind == .network ? .deferred(fault) : .misconfigured(fault)
    }

    /// What a 4xx or 5xx means depends on what it answers.
    private static func refused(in phase: SMTPPhase, _ reply: ServerReply) -> DeliveryResult {
        let line = DeliveryReply(phase, reply)
        switch (phase, reply.code) {
        // Closing down, wherever it is said (RFC 5321 3.8).
        case (_, 421): return .deferred(line)
        case (_, 400..<500) where phase != .startTLS && phase != .hello: return .deferred(line)
        // Too many recipients or too much mail: RFC 5321 4.5.3.1.10 counts it as temporary.
        case (.recipient, 552): return .deferred(line)
        // Wrong, missing or too weak credentials, whatever they were noticed at.
        case (_, 530), (_, 534), (_, 535), (_, 538): return .misconfigured(line)
        case (.sender, _), (.recipient, _), (.data, _), (.content, _):
            return SenderLimit.isReached(reply) ? .deferred(line) : .rejected(line)
        default: return .misconfigured(line)
        }
    }
}
