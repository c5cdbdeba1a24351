package import CivilTime

/// A profile that the gateway has disabled because its endpoint failed.
package struct DisabledProfile: Hashable, Sendable {
    package var profileID: String
    package var title: String?
    package var since: Instant

    package init(profileID: String, title: String?, since: Instant) {
        self.profileID = profileID
        self.title = title
        self.since = since
    }
}
