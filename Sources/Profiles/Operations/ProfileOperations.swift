package import CivilTime
package import JSON
import Storage

/// Operations on the profiles of one company.
///
/// The API, the pages and the commands use this type. It returns values and throws
/// ``ProfileError``, ``ProfileFaults`` or ``DamagedProfile`` if an operation is refused; all other
/// errors are failures.
///
/// ```swift
/// let profiles = ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil })
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
    private let blockReason: (_ host: String) -> String?
    /// Whether to throw ``SlowProfile`` instead of reading a large profile.
    private let isQuick: Bool

    package init(
        _ store: ProfileStore, company: String, pod: String,
        limits: CompanyLimits = CompanyLimits(), parameterFaults: [ProfileFault] = [],
        isQuick: Bool = false, blockReason: @escaping (_ host: String) -> String?
    ) {
        self.isQuick = isQuick
        self.limits = limits
        (self.store, self.company, self.pod, self.blockReason) = (store, company, pod, blockReason)
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
            try ProfileSettings(request: request.json(), blockReason: blockReason)
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
    package func showEncoded(
        _ id: String, atOnce: Bool = false, _ write: (Profile) -> EncodedEnvelope
    ) throws -> EncodedEnvelope {
        let written = try store.shown(id, company: company, atOnce: atOnce, write)
        guard let written else { throw ProfileError.noProfile(id) }
        return written
    }

    package func update(_ id: String, _ request: RequestBody, at now: Instant) throws -> Saved {
        // If another request changes the profile in the meantime, this change is applied to the
        // result.
        while let profile = try store.current(id, company: company, atOnce: isQuick) {
            let change = try ProfileFaults.reading(after: parameterFaults) {
                try ProfileChange(request.json(), of: profile.settings, blockReason: blockReason)
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

/// Operations on the WhatsApp numbers of the company.
extension ProfileOperations {
    package func bind(_ number: String, to profileID: String) throws -> NumberBinding {
        let phone = try phone(number)
        guard let profile = try store.outline(profileID, company: company) else {
            throw ProfileError.noProfile(profileID)
        }
        guard [.whatsapp, .general].contains(profile.channel) else {
            let words =
                "be a profile of the whatsapp or default channel; "
                + "the channel of this one is \(profile.channel.rawValue)"
            throw ProfileFaults(faults: [.must(words, at: .body / "callback_profile")])
        }
        switch try store.bind(phone, to: profileID, company: company, atMost: limits.numbers) {
        case .bound: return NumberBinding(number: phone, profileID: profileID)
        case .noSuchProfile: throw ProfileError.noProfile(profileID)
        case .tooMany: throw ProfileError.tooManyNumbers(limit: limits.numbers)
        }
    }

    package func binding(of number: String) throws -> NumberBinding {
        let phone = try phone(number)
        guard let profileID = try store.profileID(of: phone, company: company) else {
            throw ProfileError.unboundNumber("\(phone)")
        }
        return NumberBinding(number: phone, profileID: profileID)
    }

    package func unbind(_ number: String) throws -> NumberBinding {
        let binding = try binding(of: number)
        _ = try store.unbind(binding.number, company: company)
        return binding
    }

    /// Returns one page of the company's numbers.
    ///
    /// - Parameters:
    ///   - parameters: `limit` and `offset`. By default, the page is as large as possible.
    ///   - size: Returns the size of a number in the response, in bytes.
    package func bindings(
        _ parameters: [(name: String, value: String)] = [], size: (NumberBinding) -> Int
    ) throws -> ListSlice<NumberBinding> {
        var page = ListPage(limit: ListPage.maxLimit)
        try ProfileFaults.reading(parameters) { value, name in
            Self.pageNames.contains(name)
                ? page.parse(value, as: name) : .unknown(name, nearest: nil, at: .params)
        }
        let (numbers, total) = try store.numbers(company: company, page)
        var budget = ListBudget(page)
        let shown = numbers.prefix { budget.take(size($0)) }
        return ListSlice(Array(shown), of: page, total: total)
    }

    /// The parameters of a list without filters.
    package static let pageNames = ["limit", "offset"]

    private func phone(_ text: String) throws(ProfileFaults) -> PhoneNumber {
        if let phone = PhoneNumber(text) { return phone }
        throw ProfileFaults(faults: [
            .must("be a number in E.164 format, such as +919876543210", at: .params / "number")
        ])
    }
}

/// The settings that result from an update request. Members that the request omits keep their
/// value.
struct ProfileChange {
    let settings: ProfileSettings
    /// The members with secrets that the request contains.
    let revealed: Set<String>

    /// - Throws: A ``ProfileFaults`` that lists everything wrong with the resulting settings.
    init(
        _ request: JSONValue, of old: ProfileSettings, blockReason: (_ host: String) -> String?
    ) throws(ProfileFaults) {
        guard let members = request.object else {
            throw ProfileFaults(faults: [.type("object", at: .body)])
        }
        let faults = Self.channelFaults(members, old.channel)
        do throws(ProfileFaults) {
            settings = try ProfileSettings(
                request: .object(Self.merged(members, into: old.request)), blockReason: blockReason)
        } catch {
            throw ProfileFaults(faults: error.faults + faults, omitted: error.omitted)
        }
        if !faults.isEmpty { throw ProfileFaults(faults: faults) }
        revealed = Set(
            SecretMask.members.filter { name in
                members[name].map { !SecretMask.isIn($0.readable) } ?? false
            })
    }

    /// Merges the request into the old settings. A mask in the request keeps the existing secret.
    private static func merged(_ members: JSONObject, into old: JSONObject) -> JSONObject {
        var merged = old
        for member in members.members {
            let hasSecrets = SecretMask.members.contains(member.name)
            merged[member.name] =
                hasSecrets
                ? SecretMask.restored(member.value.readable, from: old[member.name])
                : member.value
        }
        return merged
    }

    private static func channelFaults(_ members: JSONObject, _ old: Channel) -> [ProfileFault] {
        guard members["channel"] != nil else { return [] }
        var reader = ObjectReader(.object(members), at: .body, names: nil)
        guard let new = reader.channel(), new != old else { return [] }
        return [
            .must(
                "stay \(old.rawValue); the channel of a profile cannot change",
                at: .body / "channel")
        ]
    }
}

extension JSONValue {
    /// The object in a string. Responses return headers in this form, and clients send them back.
    fileprivate var readable: JSONValue { objectInText.map { .object($0) } ?? self }
}

extension ProfileSettings {
    /// Creates the settings that an update request would result in, without saving them.
    ///
    /// - Parameters:
    ///   - old: The current settings.
    ///   - request: A request in the form that `update` accepts. Omitted members and masked secrets
    ///     keep their value.
    ///   - blockReason: Returns why callbacks to a host are not allowed, or `nil` if they are.
    /// - Throws: A ``ProfileFaults`` that lists everything wrong with the resulting settings.
    package init(
        changing old: ProfileSettings, by request: JSONValue,
        blockReason: (_ host: String) -> String?
    ) throws(ProfileFaults) {
        self = try ProfileChange(request, of: old, blockReason: blockReason).settings
    }
}
