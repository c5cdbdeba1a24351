import Storage
import StorageErrors

/// A cache of encoded responses about profiles.
///
/// A response is valid while the numbers of its profile are unchanged, such as the version.
struct EncodedProfileCache {
    struct Shown {
        let company: String
        /// The numbers of the profile that the response shows.
        let numbers: ProfileNumbers
        let answer: EncodedEnvelope
    }

    private static let limit = 4000
    /// The maximum total size of the responses. There are some dozens of these caches.
    private static let bytes = 1 << 20
    /// The maximum size of a response. A larger one is encoded each time.
    private static let bytesOfOne = 64 << 10
    private var profiles: [String: Shown] = [:]
    private var size = 0

    subscript(id: String) -> Shown? { profiles[id] }

    mutating func keep(_ shown: Shown, of id: String) {
        size -= profiles.removeValue(forKey: id)?.answer.bytes.count ?? 0
        guard shown.answer.bytes.count <= Self.bytesOfOne else { return }
        size += shown.answer.bytes.count
        if profiles.count >= Self.limit || size > Self.bytes {
            profiles.removeAll()
            size = shown.answer.bytes.count
        }
        profiles[id] = shown
    }
}

/// A profile cannot be shown at once, because reading its settings can take a second.
package struct SlowProfile: Error {}

extension ProfileStore {
    /// Returns what `write` produces for a profile, possibly from the cache, or `nil` if the
    /// company has no profile with this ID.
    ///
    /// - Throws: ``SlowProfile`` if it must be shown at once and is neither cached nor small, and
    ///   the errors of ``current(_:company:)``.
    func shown(
        _ id: String, company: String, atOnce: Bool, _ write: (Profile) -> EncodedEnvelope
    ) throws -> EncodedEnvelope? {
        guard let numbers = try numbers(of: id, company: company) else { return nil }
        if let known = shown[id], known.company == company, known.numbers == numbers {
            return known.answer
        }
        guard let profile = try current(id, company: company, atOnce: atOnce) else { return nil }
        let answer = write(profile)
        // Another process may have changed the profile since. What an open transaction has written
        // may still be rolled back.
        guard profile.shows(numbers), !sealed.isInTransaction else { return answer }
        shown.keep(.init(company: company, numbers: numbers, answer: answer), of: id)
        return answer
    }

    /// Does the same as ``current(_:company:)``.
    ///
    /// - Parameter atOnce: Whether to throw ``SlowProfile`` instead of reading a large profile.
    package func current(_ id: String, company: String, atOnce: Bool) throws -> Profile? {
        if atOnce, try isSlow(id, company: company) { throw SlowProfile() }
        return try current(id, company: company)
    }

    /// Does the same as ``current(_:company:)`` for a profile from which requests are built quickly.
    ///
    /// - Throws: ``SlowProfile`` for a larger one, whether it is cached or not.
    package func currentIfSmall(_ id: String, company: String) throws -> Profile? {
        if let profile = try openedProfile(id, company: company) {
            guard opened.memory(of: id) <= Self.quickMemory else { throw SlowProfile() }
            return profile
        }
        if try isLarge(id, company: company) { throw SlowProfile() }
        return try current(id, company: company)
    }

    /// The memory that settings of ``quickSize`` can need, in bytes.
    private static let quickMemory = 96 << 10

    /// Returns whether a profile is large and not cached.
    func isSlow(_ id: String, company: String) throws(StorageError) -> Bool {
        guard try openedProfile(id, company: company) == nil else { return false }
        return try isLarge(id, company: company)
    }

    /// The size of sealed settings that are read in a few milliseconds, in bytes.
    private static let quickSize = 32 << 10

    private func isLarge(_ id: String, company: String) throws(StorageError) -> Bool {
        try sealed.settingsSize(of: id, company: company).map { $0 > Self.quickSize } ?? false
    }
}

extension Profile {
    /// Whether the numbers are the same as when the profile was read.
    fileprivate func shows(_ numbers: ProfileNumbers) -> Bool {
        current.number == numbers.version && status.rawValue == numbers.status
            && statusSince == numbers.statusSince
    }
}
