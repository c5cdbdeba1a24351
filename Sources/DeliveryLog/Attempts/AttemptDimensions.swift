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
