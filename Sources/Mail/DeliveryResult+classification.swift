import Curl

extension DeliveryResult {
    /// Classifies a transfer by the server's replies. libcurl's error is used only if there is no
    /// reply.
    ///
    /// - Parameters:
    ///   - dialogue: the dialogue of the transfer.
    ///   - error: libcurl's error, or nil if it reported none.
    init(_ dialogue: SMTPDialogue, error: CurlError?) {
        if dialogue.handedOver {
            self = Self.afterTheEnd(dialogue, error)
        } else if let stop = dialogue.stop {
            self = stop.result
        } else if let error {
            self = Self.beforeTheEnd(dialogue, error)
        } else {
            // This should not happen: libcurl reports success without having read the mail.
            self = .deferred(DeliveryReply(dialogue.phase, "the mail was not requested"))
        }
    }

    /// A 2xx reply counts even if libcurl reports an error. Without a reply the result is
    /// uncertain.
    private static func afterTheEnd(
        _ dialogue: SMTPDialogue, _ error: CurlError?
    ) -> DeliveryResult {
        guard let reply = dialogue.finalReply else {
            let fault = error?.message ?? "no answer"
            return .uncertain(
                DeliveryReply(.content, "\(fault); the mail may have been delivered"))
        }
        switch reply.code {
        case 200..<300: return .accepted(DeliveryReply(.content, reply))
        case 400..<600: return rejection(in: .content, reply)
        default: return .uncertain(DeliveryReply(.content, reply))
        }
    }

    private static func beforeTheEnd(
        _ dialogue: SMTPDialogue, _ error: CurlError
    ) -> DeliveryResult {
        let fault = DeliveryReply(dialogue.phase, error.description)
        switch error.kind {
        case .setUp: return .misconfigured(fault)
        case .misuse, .stopped: return .rejected(fault)
        case .insecure, .login, .denied, .network: break
        }
        if let (phase, reply) = dialogue.lastReply, phase == dialogue.phase,
            reply.code >= 400
        {
            return rejection(in: phase, reply)
        }
        return error.kind == .network ? .deferred(fault) : .misconfigured(fault)
    }

    /// The meaning of a 4xx or 5xx reply depends on the phase.
    private static func rejection(in phase: SMTPPhase, _ reply: ServerReply) -> DeliveryResult {
        let line = DeliveryReply(phase, reply)
        switch (phase, reply.code) {
        // 421 means that the server is shutting down, in any phase (RFC 5321 section 3.8).
        case (_, 421): return .deferred(line)
        case (_, 400..<500) where phase != .startTLS && phase != .hello: return .deferred(line)
        // Too many recipients or too much mail. RFC 5321 section 4.5.3.1.10 treats it as temporary.
        case (.recipient, 552): return .deferred(line)
        // Wrong, missing or too weak credentials, in any phase.
        case (_, 530), (_, 534), (_, 535), (_, 538): return .misconfigured(line)
        case (.sender, _), (.recipient, _), (.data, _), (.content, _):
            return SenderLimit.isReached(reply) ? .deferred(line) : .rejected(line)
        default: return .misconfigured(line)
        }
    }
}
