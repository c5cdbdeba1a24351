/// What the attempts of a log repeat: whose callbacks they are, about what, and to where.
///
/// A log has few of them and many attempts of each, so one object stands for all that share it.
package final class AttemptDimensions: Hashable, Sendable {
    /// The SID of the company the callback was sent for.
    package let company: String
    package let profileID: String?
    package let channel: String?
    package let event: String?
    /// HTTP method.
    package let method: String?
    /// Scheme, host and port of the endpoint; the rest of its URL is never stored.
    package let origin: String?

    package init(
        company: String, profileID: String? = nil, channel: String? = nil, event: String? = nil,
        method: String? = nil, origin: String? = nil
    ) {
        self.company = company
        self.profileID = profileID
        self.channel = channel
        self.event = event
        self.method = method
        self.origin = origin
    }

    package static func == (left: AttemptDimensions, right: AttemptDimensions) -> Bool {
        left === right
            || left.company == right.company && left.profileID == right.profileID
                && left.channel == right.channel && left.event == right.event
                && left.method == right.method && left.origin == right.origin
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(company)
        hasher.combine(profileID)
        hasher.combine(channel)
        hasher.combine(event)
        hasher.combine(method)
        hasher.combine(origin)
    }
}
