import DeliveryLog

extension SharedCallbacks {
    /// A warning that one id stands for several callbacks; nil where none does.
    ///
    /// - Parameter remedy: what to do, given the field that tells the endpoints apart.
    func warning(remedy: (_ field: String) -> String) -> String? {
        guard let example else { return nil }
        let isProfiles = example.endpoints.allSatisfy { $0.profileID != nil }
        let names = example.endpoints.compactMap(\.id).joined(separator: " and ")
        let attempts = hidden == 1 ? "1 attempt is" : "\(hidden) attempts are"
        return "\(example.company): callback \(example.callbackID) went to two "
            + "\(isProfiles ? "profiles" : "endpoints"), \(names): is callback_id the event's? An id "
            + "counts once, so \(attempts) hidden by one at another endpoint; "
            + remedy(isProfiles ? "profile_id" : "url")
    }
}
