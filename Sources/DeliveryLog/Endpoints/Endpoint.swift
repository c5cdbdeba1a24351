/// The destination of callbacks, for which reports and alerts have a row, a state and a name.
package enum Endpoint: Hashable, Sendable {
    /// A callback profile, by its ID.
    case profile(String)
    /// The scheme, host and port of the URL, for records without a profile.
    case origin(String)
    /// Records with neither a profile nor a URL.
    case unknown

    package var profileID: String? {
        if case .profile(let id) = self { id } else { nil }
    }

    package var origin: String? {
        if case .origin(let origin) = self { origin } else { nil }
    }

    /// The profile's ID or the origin, or `nil` if unknown.
    package var id: String? { profileID ?? origin }
}
