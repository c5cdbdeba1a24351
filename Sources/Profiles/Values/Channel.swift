package import JSON

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

/// A name that callbacks of a channel can have a value for.
package struct Variable: Hashable, Sendable {
    package let name: String
    /// A sample value, for test deliveries and for `replacers`.
    package let sample: JSONValue
    package let meaning: String

    init(_ name: String, _ sample: JSONValue, _ meaning: String) {
        (self.name, self.sample, self.meaning) = (name, sample, meaning)
    }
}

/// The variables of one kind of event.
package struct VariableGroup: Hashable, Sendable {
    package let title: String
    package let variables: [Variable]
}

extension Channel {
    /// Returns the variable with a name, from the first group that has it.
    func variable(named name: some StringProtocol) -> Variable? {
        variableGroups.lazy.flatMap(\.variables).first { $0.name == name }
    }

    /// The names that become an empty string if an event has no value for them.
    static let knownNames = Dictionary(
        uniqueKeysWithValues: allCases.map { channel in
            (channel, Set(channel.variableGroups.flatMap(\.variables).map(\.name)))
        })
}

/// All variables of all channels.
///
/// The variables of incoming WhatsApp messages and incoming SMS are published. The names of all
/// others follow their style.
extension Channel {
    package var variableGroups: [VariableGroup] {
        switch self {
        case .general: [.conversation, .failover]
        case .sms: [.sms]
        case .email: [.email]
        case .voice: [.voice]
        case .whatsapp: [.incomingWhatsApp, .whatsAppStatus, .whatsAppTemplate]
        }
    }
}

extension VariableGroup {
    fileprivate static let incomingWhatsApp = VariableGroup(
        title: "incoming WhatsApp messages",
        variables: [
            Variable("body", "Hi", "text of the message"),
            Variable("mime_type", "image/jpeg", "type of the attachment, if any"),
            Variable("media_url", "https://media.example.com/1.jpg", "URL of the attachment"),
            Variable("from", "919876543218", "number of the sender"),
            Variable("name", "John", "name of the sender"),
            Variable("type", "text", "text, image, video, voice or document"),
            Variable("created_at", "1692619555", "when the message was written, in Unix seconds"),
            Variable(
                "reply_to", "4e7b75d9-e885-4e1f-b958-2568780ff25f",
                "ID of the business message that this is a reply to"),
            Variable("wanumber", "917976543219", "the registered WhatsApp number"),
            Variable("mobile", "919876543218", "number of the end user"),
            Variable("custom_response", "false", "always false"),
            Variable("message", .array([.object(sampleMessage)]), "the whole message, as JSON"),
            Variable("contacts", .array([]), "shared contacts, as JSON"),
            Variable("location", .object([:]), "shared location, as JSON"),
        ])

    private static let sampleMessage: JSONObject = [
        "from": "919876543218", "id": "4e7b75d9-e885-4e1f-b958-2568780ff25f",
        "timestamp": "1692619555", "type": "text", "text": .object(["body": "Hi"]),
        "profile": .object(["name": "john"]), "wa_number": "917976543219",
    ]

    fileprivate static let whatsAppStatus = VariableGroup(
        title: "status of WhatsApp messages",
        variables: [
            Variable("id", "4e7b75d9-e885-4e1f-b958-2568780ff25f:0", "ID of the message"),
            Variable("message_id", "wamid.HBgMOTE5", "ID of the message at Meta"),
            Variable("status", "DELIVERED", "SENT, FAILED, DELIVERED, READ or NOT-SENT"),
            Variable("recipient", "919876543218", "number of the recipient"),
            Variable("timestamp", "1692619555", "time of the status, in Unix seconds"),
            Variable("error", "", "reason of the failure"),
            Variable("meta_object", .object([:]), "original notification from Meta, as JSON"),
            Variable(
                "extra_info", .object([:]), "extra data that was passed with the message, as JSON"),
            Variable("ref", "order-17", "reference that was passed with the message"),
        ])

    fileprivate static let whatsAppTemplate = VariableGroup(
        title: "status of WhatsApp templates and numbers",
        variables: [
            Variable("time", "1692619555", "time of the event, in Unix seconds"),
            Variable("event", "APPROVED", "APPROVED, REJECTED, DISABLED or PAUSED"),
            Variable("message_template_id", "1234567890", "ID of the template"),
            Variable("message_template_name", "order_update", "name of the template"),
            Variable("message_template_language", "en", "language of the template"),
            Variable("reason", "NONE", "reason of the rejection"),
            Variable("other_info", .object([:]), "additional details from Meta, as JSON"),
            Variable("callback_profile_id", "IN_00000000-0000-4000-8000-000000000000", "profile"),
            Variable("company_id", "HXXXXXXX071IN", "SID of the company"),
            Variable("quality", "GREEN", "quality of the number: GREEN, YELLOW or RED"),
            Variable("payment", .object([:]), "state of a payment, as JSON"),
        ])

    fileprivate static let sms = VariableGroup(
        title: "SMS",
        variables: [
            Variable("id", "5d0a7c6c-8e8f-4d1f-9d0e-3f0b1c2d3e4f", "ID of the message"),
            Variable("kid", "7f4b1f0e-1a2b-4c3d-8e9f-0a1b2c3d4e5f", "ID of the request"),
            Variable("source", "KLRHXA", "sender"),
            Variable("recipient", "+919876543218", "number of the recipient"),
            Variable("mobile", "919876543218", "the same without the plus sign"),
            Variable("status", "SENT", "Sent, Delivered, Failed or Undelivered"),
            Variable("status_trace", "SENT", "reason, in one word"),
            Variable("description", "Message has been sent", "reason, as text"),
            Variable("timestamp", "2025-04-17 18:35:20", "time of the status"),
            Variable("message", "SAMPLE text", "text of the message"),
            Variable("keyword", "SAMPLE", "first word of an incoming message"),
            Variable("operator", "JIO", "network operator"),
            Variable("circle", "JIO ASSAM", "region of the network"),
            Variable("parts[n]", "1", "number of parts"),
            Variable("ref", "order-17", "reference that was passed with the message"),
        ])

    fileprivate static let email = VariableGroup(
        title: "email",
        variables: [
            Variable("id", "5d0a7c6c-8e8f-4d1f-9d0e-3f0b1c2d3e4f", "ID of the email"),
            Variable("from", "shop@example.com", "sender"),
            Variable("to", "john@example.com", "recipient"),
            Variable("subject", "Your order", "subject"),
            Variable("status", "delivered", "sent, delivered, bounced, opened or clicked"),
            Variable("description", "250 2.0.0 OK", "response of the recipient's server"),
            Variable("timestamp", "1692619555", "time of the event, in Unix seconds"),
            Variable("ref", "order-17", "reference that was passed with the email"),
        ])

    fileprivate static let voice = VariableGroup(
        title: "voice",
        variables: [
            Variable("caller", "919876543218", "calling number"),
            Variable("callee", "917976543219", "called number"),
            Variable("call_id", "5d0a7c6c-8e8f-4d1f-9d0e-3f0b1c2d3e4f", "ID of the call"),
            Variable("event", "call_end", "event that the callback reports"),
            Variable("started_at", "2026-11-20T11:29:00Z", "when the call started"),
            Variable("answered_at", "2026-11-20T11:29:05Z", "when the call was answered"),
            Variable("ended_at", "2026-11-20T11:31:05Z", "when the call ended"),
            Variable("duration", "120", "seconds from answer to end"),
            Variable("status", "ANSWER", "ANSWER, BUSY, NOANSWER, CANCEL or FAILED"),
            Variable("recording_url", "https://media.example.com/1.mp3", "recording of the call"),
        ])

    fileprivate static let conversation = VariableGroup(
        title: "default, chatbots",
        variables: [
            Variable("name", "John Doe", "name of the end user"),
            Variable("first_name", "John", "first name of the end user"),
            Variable("whatsapp_number", "919876543218", "number of the end user"),
            Variable(
                "address", .object(["formatted_address": "1 Main Street, Springfield"]),
                "address of the end user"),
            Variable("workflowevent", .object([:]), "result of a flow, as JSON"),
        ])

    fileprivate static let failover = VariableGroup(
        title: "default, failover",
        variables: [
            Variable("kid", "7f4b1f0e-1a2b-4c3d-8e9f-0a1b2c3d4e5f", "ID of the request"),
            Variable("failover_id", "7f4b1f0e-1a2b-4c3d-8e9f-0a1b2c3d4e5f:0123", "id"),
            Variable("config_id", "12", "configuration in use"),
            Variable("delivered", "1", "0 undelivered, 1 delivered, 2 sent"),
            Variable("channel_status_id", "3", "status within the channel"),
            Variable("channel", "sms", "channel that was used"),
            Variable("channel_priority", "1", "position of the channel in the configuration"),
            Variable("mobile", "919876543218", "number of the recipient"),
            Variable("email", "john@example.com", "email address of the recipient"),
            Variable("status_trace", "DELIVRD", "reason, in one word"),
            Variable("ref", "order-17", "reference that was passed with the request"),
            Variable("ref1", "", "second reference"),
            Variable("ref2", "", "third reference"),
        ])
}
