package import CivilTime
import JSON

/// Operations on the profiles of one company.
///
/// The API, the pages and the commands use this type. It returns values and throws
/// ``ProfileError``, ``ProfileFaults`` or ``DamagedProfile`` if an operation is refused; all other
/// errors are failures.
///
/// ```swift
/// let profiles = ProfileOperations(store, company: "HA", pod: "IN", refusal: { _ in nil })
/// let saved = try profiles.create(.text(requestBody), at: now)
/// print(saved.profile.id)
/// ```
package struct ProfileOperations {
    let store: ProfileStore
    let company: String
    /// The region prefix in the IDs of new profiles.
    private let pod: String
    let limits: CompanyLimits
    /// The faults in the request's parameters, which are reported together with those in its body.
    package let parameterFaults: [ProfileFault]
    /// Returns why callbacks to a host are not allowed, or `nil` if they are.
    private let refusal: (_ host: String) -> String?
    /// Whether to throw ``SlowProfile`` instead of reading a large profile.
    private let isQuick: Bool

    package init(
        _ store: ProfileStore, company: String, pod: String,
        limits: CompanyLimits = CompanyLimits(), parameterFaults: [ProfileFault] = [],
        isQuick: Bool = false, refusal: @escaping (_ host: String) -> String?
    ) {
        self.isQuick = isQuick
        self.limits = limits
        (self.store, self.company, self.pod, self.refusal) = (store, company, pod, refusal)
        self.parameterFaults = parameterFaults
    }

    /// A profile that a request has just saved.
    package struct Saved: Sendable {
        package let profile: Profile
        /// The members of the request that contained secrets, which a response may repeat.
        package let revealed: Set<String>
    }

    package func create(_ request: RequestBody, at now: Instant) throws -> Saved {
        let settings = try ProfileFaults.reading(after: parameterFaults) {
            try ProfileSettings(request: request.json(), refusal: refusal)
        }
        let made = try store.create(
            settings, company: company, pod: pod, atMost: limits.profiles, at: now)
        guard let profile = made else {
            throw ProfileError.tooManyProfiles(limit: limits.profiles)
        }
        return Saved(profile: profile, revealed: Set(SecretMask.members))
    }

    package func show(_ id: String) throws -> ProfileEntry {
        do {
            return .readable(try savedProfile(id))
        } catch let damage as DamagedProfile {
            return .damaged(damage)
        }
    }

    /// Returns what `write` makes of a profile, cached until the profile changes.
    ///
    /// - Parameters:
    ///   - id: The ID of the profile.
    ///   - atOnce: Whether the caller cannot wait for a large profile.
    ///   - write: Writes the response.
    /// - Throws: ``SlowProfile`` instead of reading a large profile at once, or ``ProfileError``.
    package func showWritten(
        _ id: String, atOnce: Bool = false, _ write: (Profile) -> WrittenEnvelope
    ) throws -> WrittenEnvelope {
        let written = try store.shown(id, company: company, atOnce: atOnce, write)
        guard let written else { throw ProfileError.noProfile(id) }
        return written
    }

    package func update(_ id: String, _ request: RequestBody, at now: Instant) throws -> Saved {
        // If another request changes the profile in the meantime, this change is applied to the
        // result.
        while let profile = try store.current(id, company: company, atOnce: isQuick) {
            let change = try ProfileFaults.reading(after: parameterFaults) {
                try ProfileChange(request.json(), of: profile.settings, refusal: refusal)
            }
            if let changed = try store.update(profile, to: change.settings, at: now) {
                return Saved(profile: changed, revealed: change.revealed)
            }
        }
        throw ProfileError.noProfile(id)
    }

    package func delete(_ id: String) throws {
        guard try store.delete(id, company: company) else { throw ProfileError.noProfile(id) }
    }

    /// Enables a profile, even if it was disabled automatically.
    package func enable(_ id: String, at now: Instant) throws -> ProfileEntry {
        try set(.active, id, at: now)
    }

    package func disable(_ id: String, at now: Instant) throws -> ProfileEntry {
        try set(.disabled, id, at: now)
    }

    private func set(
        _ status: Profile.Status, _ id: String, at now: Instant
    ) throws -> ProfileEntry {
        // Check first: the response needs the settings.
        if isQuick, try store.isSlow(id, company: company) { throw SlowProfile() }
        do {
            let changed = try store.setStatus(status, of: id, company: company, at: now)
            guard let profile = changed else { throw ProfileError.noProfile(id) }
            return .readable(profile)
        } catch let damage as DamagedProfile {
            // The status of a damaged profile can still be changed.
            return .damaged(damage)
        }
    }

    /// Returns one page of the company's profiles, newest first.
    ///
    /// - Parameters:
    ///   - parameters: Query parameters from ``ProfileFilter/names``.
    ///   - size: Returns the size of a profile in the response, in bytes.
    package func list(
        _ parameters: [(name: String, value: String)], size: (ProfileEntry) -> Int
    ) throws -> ListSlice<ProfileEntry> {
        let filter = try ProfileFilter(parameters)
        var (entries, budget) = ([ProfileEntry](), ListBudget(filter.page))
        let total = try store.list(company: company, filter) { entry in
            guard budget.take(size(entry)) else { return false }
            entries.append(entry)
            return true
        }
        return ListSlice(entries, of: filter.page, total: total)
    }

    func savedProfile(_ id: String) throws -> Profile {
        guard let profile = try store.current(id, company: company, atOnce: isQuick) else {
            throw ProfileError.noProfile(id)
        }
        return profile
    }
}
