import JSON
import Templates

/// The status of a profile as a coloured word.
enum StatusChip {
    static func value(_ profile: JSONObject) -> TemplateValue {
        let isDamaged = profile["damaged"] != nil
        let status = isDamaged ? nil : profile["status"]?.integer
        let words = [1: "Active", 2: "Disabled after failures", 3: "Disabled"][status ?? 0] ?? ""
        return [
            "words": .text(isDamaged ? "Damaged" : words), "isActive": .flag(status == 1),
            "isFailing": .flag(isDamaged || status == 2), "isOff": .flag(status == 3),
        ]
    }
}
