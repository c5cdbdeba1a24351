package import CivilTime

/// The current state of a callback profile: where callbacks go, and what they contain.
package struct Profile: Equatable, Sendable {
    package enum Status: Int, Sendable {
        case active = 1
        /// Disabled by the gateway, because its endpoint kept failing or was gone.
        case autoDisabled = 2
        /// Disabled by its owner.
        case disabled = 3
    }

    /// `<POD>_<UUID v4>`.
    package let id: String
    /// The SID of the company that owns the profile.
    package let company: String
    package let status: Status
    /// When the status was set. Earlier failures do not count against a profile that was enabled.
    package let statusSince: Instant
    package let createdAt: Instant
    /// The current version, which all waiting callbacks will use.
    package let current: ProfileVersion

    package var settings: ProfileSettings { current.settings }

    /// When the profile was last changed, or `nil` if it was never changed.
    package var modifiedAt: Instant? { current.number > 1 ? current.since : nil }
}

/// The settings of a profile between two changes.
package struct ProfileVersion: Equatable, Sendable {
    /// The number of the version, counted from 1.
    package let number: Int
    package let settings: ProfileSettings
    /// When the version was created.
    package let since: Instant
    let template: RequestTemplate

    init(number: Int, settings: ProfileSettings, since: Instant) {
        (self.number, self.settings, self.since) = (number, settings, since)
        template = RequestTemplate(settings)
    }
}
