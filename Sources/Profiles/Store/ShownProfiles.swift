import Storage

/// A cache of encoded responses about profiles.
///
/// A response is valid while the version and the status of its profile are unchanged. While no
/// process has committed to the file, not even those need a check.
struct ShownProfiles {
    struct Shown {
        let company: String
        let version: Int
        /// The renewals of ``SealedProfileStore``, because a version number is unique only within
        /// one history of the file.
        let renewals: Int32
        let status: Profile.Status
        let answer: WrittenEnvelope
        /// The state of the file before the profile was read.
        let state: DatabaseState

        func isOf(_ profile: Profile, _ renewals: Int32) -> Bool {
            version == profile.current.number && self.renewals == renewals
                && status == profile.status
        }
    }

    private static let limit = 4000
    /// The maximum total size of the responses.
    private static let bytes = 2 << 20
    private var profiles: [String: Shown] = [:]
    private var size = 0

    subscript(id: String) -> Shown? { profiles[id] }

    mutating func keep(_ shown: Shown, of id: String) {
        size -= profiles.removeValue(forKey: id)?.answer.bytes.count ?? 0
        size += shown.answer.bytes.count
        if profiles.count >= Self.limit || size > Self.bytes {
            profiles.removeAll()
            size = shown.answer.bytes.count
        }
        profiles[id] = shown
    }
}

extension ProfileStore {
    /// Returns what `write` produces for a profile, possibly from the cache, or `nil` if the
    /// company has no profile with this ID.
    func shown(
        _ id: String, company: String, _ write: (Profile) -> WrittenEnvelope
    ) throws -> WrittenEnvelope? {
        let (known, state) = (shown[id], sealed.state)
        if let known, let state, known.state == state, known.company == company {
            return known.answer
        }
        guard let profile = try current(id, company: company) else { return nil }
        let same = known.flatMap { $0.isOf(profile, renewals) ? $0.answer : nil }
        let answer = same ?? write(profile)
        // What an open transaction has written may still be rolled back.
        guard let state else { return answer }
        shown.keep(
            .init(
                company: company, version: profile.current.number, renewals: renewals,
                status: profile.status, answer: answer, state: state), of: id)
        return answer
    }
}
