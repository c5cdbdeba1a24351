import CivilTime
import DeliveryLog
import Profiles

/// Which deliveries of a company a list shows.
struct DeliveryFilter {
    /// 1 to 1000.
    private(set) var limit = 25
    private(set) var offset = 0
    /// Whether tests of profiles are wanted instead of callbacks.
    private(set) var isOfTests = false
    private(set) var attempts: AttemptFilter

    static let names = [
        "limit", "offset", "callback_id", "callback_profile", "channel", "outcome", "reason",
        "from", "to", "test",
    ]

    /// Reads the parameters of a request; an empty one counts as absent.
    ///
    /// - Throws: every fault that they have.
    init(
        _ parameters: [(name: String, value: String)], company: String
    ) throws(ProfileFaults) {
        attempts = AttemptFilter(company: company)
        var faults: [ProfileFault] = []
        for (name, value) in parameters where !value.isEmpty {
            if let fault = take(value, as: name) { faults.append(fault) }
        }
        guard faults.isEmpty else { throw ProfileFaults(faults: faults) }
    }

    private mutating func take(_ value: String, as name: String) -> ProfileFault? {
        let place = ProfileFault.Path.params / name
        switch name {
        case "callback_id": attempts.callbackID = value
        case "callback_profile": attempts.profileID = value
        case "channel": attempts.channel = value
        case "limit", "offset": return takeNumber(value, as: name, place)
        case "from", "to": return takeTime(value, as: name, place)
        case "outcome":
            attempts.outcome = Outcome(name: value)
            guard attempts.outcome == nil else { return nil }
            return .notAllowed(Outcome.allCases.map(\.name), at: place)
        case "reason":
            attempts.reason = Reason(name: value)
            guard attempts.reason == nil else { return nil }
            return .notAllowed(Reason.allCases.map(\.name), at: place)
        case "test":
            isOfTests = value == "true"
            guard !["true", "false"].contains(value) else { return nil }
            return .notAllowed(["true", "false"], at: place)
        default: return .unknown(name, nearest: nil, at: .params)
        }
        return nil
    }

    private mutating func takeNumber(
        _ value: String, as name: String, _ place: ProfileFault.Path
    ) -> ProfileFault? {
        let range = name == "limit" ? 1...1000 : 0...Int.max
        guard let number = Int(value), range.contains(number) else {
            let end = name == "limit" ? "from 1 to 1000" : "0 or more"
            return .must("be a whole number, \(end)", at: place)
        }
        if name == "limit" { limit = number } else { offset = number }
        return nil
    }

    /// A day means the whole of it, in UTC.
    private mutating func takeTime(
        _ value: String, as name: String, _ place: ProfileFault.Path
    ) -> ProfileFault? {
        let instant = Instant(rfc3339: value)
        guard let start = instant ?? Instant(rfc3339: value + "T00:00:00Z") else {
            return .must("be an RFC 3339 time, or a day such as 2026-11-20", at: place)
        }
        if name == "from" {
            attempts.start = start
        } else {
            attempts.end = start.advanced(milliseconds: instant == nil ? 86_400_000 : 1)
        }
        return nil
    }
}
