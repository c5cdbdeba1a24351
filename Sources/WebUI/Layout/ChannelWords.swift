import Profiles

/// Channels as people call them.
enum ChannelWords {
    static func title(_ channel: Channel) -> String {
        switch channel {
        case .general: "Default"
        case .sms: "SMS"
        case .email: "Email"
        case .voice: "Voice"
        case .whatsapp: "WhatsApp"
        }
    }

    static func title(_ name: String?) -> String {
        name.flatMap { Channel(rawValue: $0) }.map { title($0) } ?? name ?? ""
    }

    /// What callbacks of it are about.
    static func meaning(_ channel: Channel) -> String {
        switch channel {
        case .general: "No channel in particular: for callbacks that name the profile themselves."
        case .sms: "When an SMS was sent, and what became of it."
        case .email: "When an email was sent, and what became of it."
        case .voice: "When a call starts, is answered and ends."
        case .whatsapp: "Messages that come in, and what becomes of those that go out."
        }
    }
}
