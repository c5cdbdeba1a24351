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
        case .autoDisabled: value("Disabled after failures", isFailing: true)
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
