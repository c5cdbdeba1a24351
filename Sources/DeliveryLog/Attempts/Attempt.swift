package import CivilTime

/// One try to deliver a callback, as a line of a delivery log tells it.
///
/// Two attempts with the same company, callback, number and finishing time are the same attempt.
package struct Attempt: Hashable, Sendable {
    /// The SID of the company the callback was sent for.
    package var company: String
    /// Unique within a company, 1 to 200 bytes of UTF-8.
    package var callbackID: String
    /// Counted from 1; many logs number nothing, then all are 1.
    package var number: Int
    package var finishedAt: Instant
    package var outcome: Outcome
    /// Why it did not succeed; nil exactly when it was delivered.
    package var reason: Reason?
    /// HTTP status, where there was an answer.
    package var status: Int?
    package var profileID: String?
    package var channel: String?
    package var event: String?
    /// HTTP method.
    package var method: String?
    /// Scheme, host and port of the endpoint; the rest of its URL is never stored.
    package var origin: String?
    package var durationMilliseconds: Int?

    package init(
        company: String, callbackID: String, number: Int = 1, finishedAt: Instant,
        outcome: Outcome, reason: Reason? = nil, status: Int? = nil, profileID: String? = nil,
        channel: String? = nil, event: String? = nil, method: String? = nil,
        origin: String? = nil, durationMilliseconds: Int? = nil
    ) {
        self.company = company
        self.callbackID = callbackID
        self.number = number
        self.finishedAt = finishedAt
        self.outcome = outcome
        self.reason = outcome == .delivered ? nil : reason ?? .other
        self.status = status
        self.profileID = profileID
        self.channel = channel
        self.event = event
        self.method = method
        self.origin = origin
        self.durationMilliseconds = durationMilliseconds
    }
}
