import Alerts
import DeliveryLog
import JSON

extension ObjectDecoder {
    /// Decodes the object `alerts`. Returns nil if it is missing or has an error.
    mutating func alerts(directory: String) -> AlertSettings? {
        let keys = [
            "enabled", "emailAddresses", "minimumCallbacks", "deliveredShare", "quietFor",
        ]
        guard var section = section("alerts", keys: keys + Self.channelKeys) else { return nil }
        let alerts = section.alertSettings(directory)
        absorb(section.diagnostics)
        return alerts
    }

    private mutating func alertSettings(_ directory: String) -> AlertSettings? {
        let enabled = boolean("enabled") ?? true
        let channels = channels(isRequired: enabled, directory: directory)
        let recipients = mailboxes("emailAddresses") ?? []
        var rule = AlertRule()
        let callbacks = integer("minimumCallbacks", StringFormats.limit)
        rule.failure.minimumCallbacks = callbacks ?? rule.failure.minimumCallbacks
        rule.failure.deliveredShare = share("deliveredShare") ?? rule.failure.deliveredShare
        let quietFor = text("quietFor", StringFormats.hours)
        guard diagnostics.isEmpty else { return nil }
        return AlertSettings(
            recipients: recipients, channels: channels, enabled: enabled, rule: rule,
            silence: quietFor.map { SilenceRule(quietFor: $0) } ?? SilenceRule())
    }

    /// Decodes a share above 0 and up to 1.
    private mutating func share(_ key: String) -> Double? {
        guard let value = value(key) else { return nil }
        if let share = value.double, share > 0, share <= 1 { return share }
        report(.type(expected: "a number above 0 and up to 1", found: value.summary), at: key)
        return nil
    }
}

extension StringFormats {
    /// A number of hours from `1h` to `24h`, in milliseconds.
    static func hours(_ text: String) throws(Problem) -> Int64 {
        guard text.hasSuffix("h"), let hours = number(text.dropLast()), (1...24).contains(hours)
        else { throw .form(text, expected: "a number of hours from '1h' to '24h'") }
        return Int64(hours) * 3_600_000
    }
}

extension JSON5Value {
    fileprivate var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let text): Double(text)
        default: nil
        }
    }
}
