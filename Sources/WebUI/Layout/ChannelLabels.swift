import Profiles

/// The names and descriptions of channels on the pages.
enum ChannelLabels {
    static func title(_ channel: Channel) -> String {
        switch channel {
        case .general: "Default"
        case .sms: "SMS"
        case .email: "Email"
        case .voice: "Voice"
        case .whatsapp: "WhatsApp"
        }
    }

    /// Describes when callbacks of a channel are sent.
    static func meaning(_ channel: Channel) -> String {
        switch channel {
        case .general: "For callbacks that are not tied to a channel and name their profile."
        case .sms: "When an SMS is sent, and its delivery status."
        case .email: "When an email is sent, and its delivery status."
        case .voice: "When a call starts, is answered and ends."
        case .whatsapp: "Incoming messages, and the delivery status of outgoing ones."
        }
    }
}
