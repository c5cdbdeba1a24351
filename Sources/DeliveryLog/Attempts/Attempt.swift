package import CivilTime

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

/// Selects attempts of one company. `nil` matches any value.
package struct AttemptFilter: Hashable, Sendable {
    package var company: String
    package var callbackID: String?
    package var profileID: String?
    package var channel: String?
    package var outcome: Outcome?
    package var reason: Reason?
    /// The lower bound of the finishing time, inclusive.
    package var start: Instant?
    /// The upper bound of the finishing time, exclusive.
    package var end: Instant?

    package init(company: String) {
        self.company = company
    }
}
