import CivilTime
import DeliveryLog
import Profiles

/// Selects which deliveries of a company a list returns.
struct DeliveryFilter {
    private(set) var page = ListPage()
    /// Whether to list test deliveries instead of callbacks.
    private(set) var isOfTests = false
    private(set) var attempts: AttemptFilter

    static let names = [
        "limit", "offset", "callback_id", "callback_profile", "channel", "outcome", "reason",
        "from", "to", "test",
    ]

    /// Parses the query parameters of a request.
    ///
    /// - Throws: A ``ProfileFaults`` that lists every invalid parameter.
    init(
        _ parameters: [(name: String, value: String)], company: String
    ) throws(ProfileFaults) {
        attempts = AttemptFilter(company: company)
        try ProfileFaults.reading(parameters) { parse($0, as: $1) }
    }

    private mutating func parse(_ value: String, as name: String) -> ProfileFault? {
        let path = ProfileFault.Path.params / name
        switch name {
        case "callback_id": attempts.callbackID = value
        case "callback_profile": attempts.profileID = value
        case "channel": attempts.channel = value
        case "limit", "offset": return page.parse(value, as: name)
        case "from", "to":
            guard let time = ListTime(value) else { return .invalidTime(at: path) }
            if name == "from" { attempts.start = time.start } else { attempts.end = time.end }
        case "outcome":
            attempts.outcome = Outcome(name: value)
            guard attempts.outcome == nil else { return nil }
            return .notAllowed(Outcome.allCases.map(\.name), at: path)
        case "reason":
            attempts.reason = Reason(name: value)
            guard attempts.reason == nil else { return nil }
            return .notAllowed(Reason.allCases.map(\.name), at: path)
        case "test":
            isOfTests = value == "true"
            guard !["true", "false"].contains(value) else { return nil }
            return .notAllowed(["true", "false"], at: path)
        default: return .unknown(name, nearest: nil, at: .params)
        }
        return nil
    }
}
