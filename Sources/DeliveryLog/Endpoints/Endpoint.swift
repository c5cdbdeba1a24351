/// Where callbacks are sent: what reports and alerts give a row, a state and a name.
package enum Endpoint: Hashable, Sendable {
    /// The id of a callback profile.
    case profile(String)
    /// Scheme, host and port of the URL, for records that name no profile.
    case origin(String)
    /// Records with neither.
    case unknown

    package var profileID: String? {
        if case .profile(let id) = self { id } else { nil }
    }

    package var origin: String? {
        if case .origin(let origin) = self { origin } else { nil }
    }

    /// The profile's id or the origin; nil where records have neither.
    package var id: String? { profileID ?? origin }
}
