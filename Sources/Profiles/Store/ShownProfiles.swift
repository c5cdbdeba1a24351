import SQLite

/// What was answered about profiles lately, as it was written.
///
/// It says the same as long as the profile has its version and its status; and as long as nobody
/// has committed anything to the file, not even those have to be looked at.
struct ShownProfiles {
    struct Shown {
        let company: String
        let version: Int
        /// Of ``ProfileStore/find``, for a version has its number in one history of the file.
        let renewals: Int32
        let status: Profile.Status
        let answer: WrittenEnvelope
        /// Of the file, before the profile was read.
        let state: FileState

        func isOf(_ profile: Profile, _ renewals: Int32) -> Bool {
            version == profile.current.number && self.renewals == renewals
                && status == profile.status
        }
    }

    private static let limit = 4000
    /// Of all answers together.
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
    /// What `write` makes of a profile as it is now; nil when the company has none with this id.
    func shown(
        _ id: String, company: String, _ write: (Profile) -> WrittenEnvelope
    ) throws -> WrittenEnvelope? {
        let (known, state) = (shown[id], database.fileState)
        if let known, let state, known.state == state, known.company == company {
            return known.answer
        }
        guard let profile = try current(id, company: company) else { return nil }
        let same = known.flatMap { $0.isOf(profile, renewals) ? $0.answer : nil }
        let answer = same ?? write(profile)
        // What a transaction has written itself may still be undone.
        guard let state else { return answer }
        shown.keep(
            .init(
                company: company, version: profile.current.number, renewals: renewals,
                status: profile.status, answer: answer, state: state), of: id)
        return answer
    }
}
