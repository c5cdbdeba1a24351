import CivilTime
import DeliveryLog
import JSON
import Rendering
import Storage

/// Returns a number with its noun, such as `1 attempt` or `2 attempts`. The plural adds an `s`.
func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
}

extension SharedCallbacks {
    /// Returns a warning if several callbacks have the same ID, or nil if none do.
    ///
    /// - Parameter remedy: Returns what to do, given the field that distinguishes the endpoints.
    func warning(remedy: (_ field: String) -> String) -> String? {
        guard let example else { return nil }
        let isProfiles = example.endpoints.allSatisfy { $0.profileID != nil }
        let names = example.endpoints.compactMap(\.id).joined(separator: " and ")
        let attempts = hidden == 1 ? "1 attempt is" : "\(hidden) attempts are"
        return "\(example.company): callback \(example.callbackID) was sent to two "
            + "\(isProfiles ? "profiles" : "endpoints"), \(names). Attempts with the same ID count "
            + "as one callback, so \(attempts) not counted. If callback_id identifies the "
            + "event, " + remedy(isProfiles ? "profile_id" : "url")
    }
}

extension AheadAttempts {
    /// A warning, or nil if there are no such attempts.
    var warning: String? {
        guard let latest else { return nil }
        let records = count == 1 ? "1 record is" : "\(count) records are"
        return "\(records) more than a day ahead of the clock, "
            + "such as callback \(latest.callbackID) of \(latest.company) at "
            + "\(latest.finishedAt.rfc3339); no report counts them before that time. Check the clock "
            + "of the program that wrote them"
    }
}

extension JSONValue {
    /// Returns both ends of a period in RFC 3339, with the offsets of a time zone.
    static func period(_ period: Period, in zone: TimeZoneRules) -> JSONValue {
        .object([
            "start": .string(period.start.rfc3339(in: zone)),
            "end": .string(period.end.rfc3339(in: zone)),
        ])
    }
}
