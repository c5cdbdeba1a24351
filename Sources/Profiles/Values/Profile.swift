package import CivilTime

/// A callback profile as it stands now: where callbacks go, and what they say.
package struct Profile: Equatable, Sendable {
    package enum Status: Int, Sendable {
        case active = 1
        /// By the gateway, after its endpoint failed for long or was gone.
        case autoDisabled = 2
        /// By its owner.
        case disabled = 3
    }

    /// `<POD>_<UUID v4>`.
    package let id: String
    /// The SID of the company that owns it.
    package let company: String
    package let status: Status
    /// When it got its status: failures from before do not count against one that was enabled.
    package let statusSince: Instant
    package let createdAt: Instant
    /// The newest version, with which every callback is sent that is still waiting.
    package let current: ProfileVersion

    package var settings: ProfileSettings { current.settings }

    /// When it was last changed; nil as long as it is the way it was made.
    package var modifiedAt: Instant? { current.number > 1 ? current.since : nil }
}

/// The settings of a profile from one change to the next.
package struct ProfileVersion: Equatable, Sendable {
    /// From 1.
    package let number: Int
    package let settings: ProfileSettings
    /// When it was made.
    package let since: Instant
    let template: RequestTemplate

    init(number: Int, settings: ProfileSettings, since: Instant) {
        (self.number, self.settings, self.since) = (number, settings, since)
        template = RequestTemplate(settings)
    }
}
