package import CivilTime
import TextSupport

/// One attempt to deliver a callback, as recorded in a delivery log.
///
/// Two records with the same company, callback ID, number and finishing time are the same attempt.
package struct Attempt: Hashable, Sendable {
    /// The values that the attempt shares with others.
    package var route: AttemptDimensions
    /// Unique within a company; 1 to 200 bytes of UTF-8.
    package var callbackID: String
    /// Counted from 1. In logs that do not number attempts, all are 1.
    package var number: Int
    package var finishedAt: Instant
    package var outcome: Outcome
    /// Why the attempt failed, or `nil` if and only if it was delivered.
    package var reason: Reason?
    /// The HTTP status, if there was a response.
    package var status: Int?
    package var durationMilliseconds: Int?

    package init(
        route: AttemptDimensions, callbackID: String, number: Int = 1, finishedAt: Instant,
        outcome: Outcome,
        reason: Reason? = nil, status: Int? = nil, durationMilliseconds: Int? = nil
    ) {
        self.route = route
        self.callbackID = callbackID
        self.number = number
        self.finishedAt = finishedAt
        self.outcome = outcome
        self.reason = outcome == .delivered ? nil : reason ?? .other
        self.status = status
        self.durationMilliseconds = durationMilliseconds
    }

    package init(
        company: String, callbackID: String, number: Int = 1, finishedAt: Instant,
        outcome: Outcome, reason: Reason? = nil, status: Int? = nil, profileID: String? = nil,
        channel: String? = nil, event: String? = nil, method: String? = nil,
        origin: String? = nil, durationMilliseconds: Int? = nil
    ) {
        let route = AttemptDimensions(
            company: company, profileID: profileID, channel: channel, event: event,
            method: method, origin: origin)
        self.init(
            route: route, callbackID: callbackID, number: number, finishedAt: finishedAt,
            outcome: outcome, reason: reason, status: status,
            durationMilliseconds: durationMilliseconds)
    }
}

extension Attempt {
    package var company: String { route.company }
    package var profileID: String? { route.profileID }
    package var channel: String? { route.channel }
    package var event: String? { route.event }
    package var method: String? { route.method }
    package var origin: String? { route.origin }
}

extension Attempt {
    /// Returns whether this record takes precedence over another record of the same attempt.
    ///
    /// Delivered takes precedence over failed, and failed over retrying. Between records with the
    /// same outcome, the other fields decide in a fixed order, so that the result never depends on
    /// the order of arrival.
    package func takesPrecedence(over other: Attempt) -> Bool {
        if outcome != other.outcome { return outcome.rawValue > other.outcome.rawValue }
        let numbers = [reason?.rawValue, status, durationMilliseconds].map { $0 ?? -1 }
        let others = [other.reason?.rawValue, other.status, other.durationMilliseconds]
            .map { $0 ?? -1 }
        if numbers != others { return others.lexicographicallyPrecedes(numbers) }
        return other.words.lexicographicallyPrecedes(words)
    }

    private var words: [String] {
        [profileID, channel, event, method, origin].map { $0 ?? "" }
    }
}

/// Selects attempts. `nil` matches any value.
package struct AttemptFilter: Hashable, Sendable {
    package var company: String?
    package var callbackID: String?
    package var profileID: String?
    package var channel: String?
    package var outcome: Outcome?
    package var reason: Reason?
    /// The lower bound of the finishing time, inclusive.
    package var start: Instant?
    /// The upper bound of the finishing time, exclusive.
    package var end: Instant?

    package init(company: String?) {
        self.company = company
    }
}

/// The values that many attempts of a log share: the company, and what their callbacks are about.
///
/// A log contains few combinations and many attempts of each, so attempts share one object per
/// combination.
package final class AttemptDimensions: Hashable, Sendable {
    /// The SID of the company that the callback was sent for.
    package let company: String
    package let profileID: String?
    package let channel: String?
    package let event: String?
    /// The HTTP method.
    package let method: String?
    /// The scheme, host and port of the endpoint. The rest of its URL is never stored.
    package let origin: String?
    /// The title of the profile in the record. Objects that differ only in the title are equal.
    package let profileTitle: String?

    package init(
        company: String, profileID: String? = nil, channel: String? = nil, event: String? = nil,
        method: String? = nil, origin: String? = nil, profileTitle: String? = nil
    ) {
        self.company = company
        self.profileID = profileID
        self.channel = channel
        self.event = event
        self.method = method
        self.origin = origin
        self.profileTitle = profileTitle
    }

    package static func == (left: AttemptDimensions, right: AttemptDimensions) -> Bool {
        left === right
            || left.company.isExactly(right.company)
                && left.profileID.isExactly(right.profileID)
                && left.channel.isExactly(right.channel) && left.event.isExactly(right.event)
                && left.method.isExactly(right.method) && left.origin.isExactly(right.origin)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(company))
        for text in [profileID, channel, event, method, origin] {
            hasher.combine(text.map(ExactText.init))
        }
    }
}

/// How an attempt ended. The raw values are stored.
///
/// If two records of one attempt disagree, the higher raw value takes precedence.
package enum Outcome: Int, CaseIterable, Sendable {
    /// The attempt failed, and another attempt follows.
    case retrying = 0
    /// The attempt failed permanently.
    case failed = 1
    case delivered = 2

    /// The raw values that are valid in tables.
    package static let stored: ClosedRange<Int64> = 0...2

    /// The name in logs.
    package var name: String {
        switch self {
        case .retrying: "retrying"
        case .failed: "failed"
        case .delivered: "delivered"
        }
    }

    package init?(name: some StringProtocol) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}

/// The result of recording an attempt.
package enum RecordResult: Hashable, Sendable {
    /// The attempt is new.
    case added
    /// The log contains the attempt already. Nothing changed.
    case duplicate
    /// The log contained the attempt with other values, which the new record replaced.
    case replaced
    /// The attempt finished before the prune limit and was not added.
    case tooOld
}

/// The order of the attempts at one callback: by number, then by finishing time.
package struct AttemptRank: Hashable, Comparable {
    package var number: Int
    package var finishedAt: Instant

    package init(number: Int, finishedAt: Instant) {
        self.number = number
        self.finishedAt = finishedAt
    }

    package static func < (left: AttemptRank, right: AttemptRank) -> Bool {
        (left.number, left.finishedAt) < (right.number, right.finishedAt)
    }
}

/// The position of an attempt among the attempts at its callback. The raw values are stored.
package enum Supersession: Int {
    /// The only known attempt.
    case only = 0
    /// Another attempt has a higher rank.
    case superseded = 1
    /// The attempt with the highest rank of several.
    case latest = 2
}

/// Why an attempt failed. The raw values are stored.
package enum Reason: Int, CaseIterable, Sendable {
    case http3xx = 0
    case http4xx = 1
    case http5xx = 2
    case timeout = 3
    case dns = 4
    case connect = 5
    case tls = 6
    /// Callbacks must not be sent to the endpoint's address.
    case blocked = 7
    /// The callback's profile was disabled or deleted.
    case disabled = 8
    case other = 9

    /// The raw values that are valid in tables.
    package static let stored: ClosedRange<Int64> = 0...9

    /// The name in logs and reports.
    package var name: String {
        switch self {
        case .http3xx: "http_3xx"
        case .http4xx: "http_4xx"
        case .http5xx: "http_5xx"
        case .timeout: "timeout"
        case .dns: "dns"
        case .connect: "connect"
        case .tls: "tls"
        case .blocked: "blocked"
        case .disabled: "disabled"
        case .other: "other"
        }
    }

    package init?(name: some StringProtocol) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// Returns the reason for an HTTP status, if nothing else was recorded.
    package init(status: Int) {
        switch status {
        case 300..<400: self = .http3xx
        case 400..<500: self = .http4xx
        case 500..<600: self = .http5xx
        default: self = .other
        }
    }
}
