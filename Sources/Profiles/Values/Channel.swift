/// What a callback is about. The channel of a profile cannot change.
package enum Channel: String, CaseIterable, Sendable {
    case general = "default"
    case sms
    case email
    case voice
    case whatsapp

    /// The events that profiles of the channel can subscribe to. Empty for `default`.
    package var events: [String] {
        switch self {
        case .general: []
        case .sms: ["SMS-sent"]
        case .email: ["Email-sent"]
        case .voice:
            [
                "call_start", "call_answer", "call_end", "from_call_start", "to_call_start",
                "from_call_answer", "to_call_answer",
            ]
        case .whatsapp:
            [
                "message-status", "incoming-message", "payment-status", "template-status",
                "number-quality",
            ]
        }
    }
}
