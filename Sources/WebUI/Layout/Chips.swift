import Profiles
import Templates

/// The status of a profile as a colored word.
enum StatusChip {
    static func value(_ entry: ProfileEntry) -> TemplateValue {
        guard case .readable(let profile) = entry else {
            return value("Damaged", isFailing: true)
        }
        return switch profile.status {
        case .active: value("Active", isActive: true)
        case .autoDisabled: value("Disabled automatically", isFailing: true)
        case .disabled: value("Disabled", isOff: true)
        }
    }

    private static func value(
        _ words: String, isActive: Bool = false, isFailing: Bool = false, isOff: Bool = false
    ) -> TemplateValue {
        [
            "words": .text(words), "isActive": .flag(isActive), "isFailing": .flag(isFailing),
            "isOff": .flag(isOff),
        ]
    }
}

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
        case .general: "For triggers that specify a profile and belong to no channel."
        case .sms: "When an SMS is sent, and its delivery status."
        case .email: "When an email is sent, and its delivery status."
        case .voice: "When a call starts, is answered and ends."
        case .whatsapp: "Incoming messages, and the delivery status of outgoing ones."
        }
    }
}
