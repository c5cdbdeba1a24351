import DeliveryLog

extension SharedCallbacks {
    /// Returns a warning if several callbacks have the same ID, or nil if none do.
    ///
    /// - Parameter remedy: Returns what to do, given the field that distinguishes the endpoints.
    func warning(remedy: (_ field: String) -> String) -> String? {
        guard let example else { return nil }
        let isProfiles = example.endpoints.allSatisfy { $0.profileID != nil }
        let names = example.endpoints.compactMap(\.id).joined(separator: " and ")
        let attempts = hidden == 1 ? "1 attempt is" : "\(hidden) attempts are"
        return "\(example.company): callback \(example.callbackID) was sent to two "
            + "\(isProfiles ? "profiles" : "endpoints"), \(names). An ID counts as one callback, so "
            + "\(attempts) hidden by an attempt at another endpoint. If callback_id identifies the "
            + "event, " + remedy(isProfiles ? "profile_id" : "url")
    }
}
