package import CivilTime
import JSON

/// Operations on the profiles of one company. Each operation returns an envelope.
///
/// The API and the commands both use this type, so their responses are the same.
///
/// ```swift
/// let profiles = ProfileOperations(store, company: "HA", pod: "IN", refusal: { _ in nil })
/// let envelope = try profiles.create(requestBody, at: now)
/// print(envelope.status, envelope.message)
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

    package init(
        _ store: ProfileStore, company: String, pod: String,
        limits: CompanyLimits = CompanyLimits(), parameterFaults: [ProfileFault] = [],
        refusal: @escaping (_ host: String) -> String?
    ) {
        self.limits = limits
        (self.store, self.company, self.pod, self.refusal) = (store, company, pod, refusal)
        self.parameterFaults = parameterFaults
    }

    package func create(_ request: [UInt8], at now: Instant) throws -> Envelope {
        let settings: ProfileSettings
        do {
            settings = try ProfileFaults.reading(after: parameterFaults) {
                try ProfileSettings(request: Self.json(request), refusal: refusal)
            }
        } catch let faults as ProfileFaults {
            return Envelope(faults)
        }
        let made = try store.create(
            settings, company: company, pod: pod, atMost: limits.profiles, at: now)
        guard let profile = made else {
            return Self.full("profiles", limits.profiles, setting: "profilesPerCompany")
        }
        let data = profile.answer(revealing: Set(SecretMask.members)).with(settings.warnings)
        return Envelope(success: "Profile created successfully", .object(data), status: 201)
    }

    package func show(_ id: String) throws -> Envelope {
        do {
            return try withProfile(id, Self.shown)
        } catch let damage as DamagedProfile {
            return Self.shown(damage)
        }
    }

    /// Returns the same response as ``show(_:)``, encoded and cached until the profile changes.
    package func showWritten(_ id: String) throws -> WrittenEnvelope {
        do {
            return try store.shown(id, company: company) { WrittenEnvelope(Self.shown($0)) }
                ?? WrittenEnvelope(Self.notFound(id))
        } catch let damage as DamagedProfile {
            return WrittenEnvelope(Self.shown(damage))
        }
    }

    private static func shown(_ profile: Profile) -> Envelope {
        Envelope(success: fetched, .object(profile.answer()))
    }

    private static func shown(_ damage: DamagedProfile) -> Envelope {
        Envelope(success: fetched, .object(damage.answer))
    }

    private static let fetched = "Profile fetched successfully"

    package func update(_ id: String, _ request: [UInt8], at now: Instant) throws -> Envelope {
        do {
            return try change(id, request, at: now)
        } catch let damage as DamagedProfile {
            return damage.refusal
        }
    }

    private func change(_ id: String, _ request: [UInt8], at now: Instant) throws -> Envelope {
        // If another request changes the profile in the meantime, this change is applied to the
        // result.
        while let profile = try store.current(id, company: company) {
            let change: ProfileChange
            do {
                change = try ProfileFaults.reading(after: parameterFaults) {
                    try ProfileChange(Self.json(request), of: profile.settings, refusal: refusal)
                }
            } catch let faults as ProfileFaults {
                return Envelope(faults)
            }
            guard let changed = try store.update(profile, to: change.settings, at: now) else {
                continue
            }
            let data = changed.answer(revealing: change.revealed).with(change.settings.warnings)
            return Envelope(success: "Profile updated successfully", .object(data))
        }
        return Self.notFound(id)
    }

    /// Returns warnings about settings that are allowed but unsafe. Returns none if the profile
    /// does not exist or is damaged.
    package func warnings(of id: String) throws -> [String] {
        do {
            return try store.current(id, company: company)?.settings.warnings ?? []
        } catch is DamagedProfile {
            return []
        }
    }

    package func delete(_ id: String) throws -> Envelope {
        guard try store.delete(id, company: company) else { return Self.notFound(id) }
        return Envelope(
            success: "Profile deleted successfully",
            .object(["profile_id": .string(id), "profileId": .string(id)]))
    }

    /// Enables a profile, even if it was disabled automatically.
    package func enable(_ id: String, at now: Instant) throws -> Envelope {
        try set(.active, id, "Profile enabled successfully", at: now)
    }

    package func disable(_ id: String, at now: Instant) throws -> Envelope {
        try set(.disabled, id, "Profile disabled successfully", at: now)
    }

    private func set(
        _ status: Profile.Status, _ id: String, _ message: String, at now: Instant
    ) throws -> Envelope {
        do {
            let changed = try store.setStatus(status, of: id, company: company, at: now)
            guard let profile = changed else { return Self.notFound(id) }
            return Envelope(success: message, .object(profile.answer()))
        } catch let damage as DamagedProfile {
            // The status of a damaged profile can still be changed.
            return Envelope(success: message, .object(damage.answer))
        }
    }

    private func withProfile(
        _ id: String, _ body: (Profile) throws -> Envelope
    ) throws -> Envelope {
        guard let profile = try store.current(id, company: company) else {
            return Self.notFound(id)
        }
        return try body(profile)
    }

    /// Returns the response to a company that has reached a limit.
    static func full(_ things: String, _ limit: Int, setting: String) -> Envelope {
        Envelope(
            failure: "The company has reached its limit of \(things)", part: "body",
            "A company may have \(limit) \(things); delete one, or raise 'gateway.\(setting)'",
            status: 409, code: Envelope.conflictCode)
    }

    /// Returns the response for an unknown profile. Profiles of other companies get the same
    /// response.
    package static func notFound(_ id: String) -> Envelope {
        Envelope(
            failure: "No profile exists with this id", part: "params",
            "No profile exists with id: \(id)", status: 404)
    }

    static func json(_ request: [UInt8]) throws(ProfileFaults) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: request)
        } catch {
            throw ProfileFaults(faults: [.notJSON(reason: error.description)])
        }
    }
}

extension JSONObject {
    /// Returns a copy with the warnings as the last member, if there are any.
    fileprivate func with(_ warnings: [String]) -> JSONObject {
        guard !warnings.isEmpty else { return self }
        var object = self
        object["warnings"] = .array(warnings.map { .string($0) })
        return object
    }
}
