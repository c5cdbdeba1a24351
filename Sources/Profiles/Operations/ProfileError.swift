package import JSON

/// Why an operation on profiles or WhatsApp numbers was refused.
///
/// Operations also throw ``ProfileFaults`` for an invalid request and ``DamagedProfile``.
package enum ProfileError: Error, Hashable, Sendable {
    /// The company has no profile with this ID. Profiles of other companies count as missing.
    case noProfile(String)
    /// No profile is bound to the number.
    case unboundNumber(String)
    case tooManyProfiles(limit: Int)
    case tooManyNumbers(limit: Int)
}

/// The body of a request: text that is not parsed yet, or a value.
package enum RequestBody: Sendable {
    case text([UInt8])
    case value(JSONValue)

    /// - Throws: The fault of a text that is not JSON.
    package func json() throws(ProfileFaults) -> JSONValue {
        switch self {
        case .value(let value): return value
        case .text(let bytes):
            do throws(JSONSyntaxError) {
                return try JSONValue(parsing: bytes)
            } catch {
                throw ProfileFaults(notJSON: error.description)
            }
        }
    }
}

/// The maximum number of profiles and numbers of one company.
package struct CompanyLimits: Hashable, Sendable {
    package let profiles: Int
    /// The maximum number of WhatsApp numbers that are bound to profiles.
    package let numbers: Int

    package init(profiles: Int = 1_000, numbers: Int = 10_000) {
        (self.profiles, self.numbers) = (profiles, numbers)
    }
}

/// An encoded response: JSON on one line.
package struct EncodedEnvelope: Hashable, Sendable {
    /// The HTTP status code.
    package let status: Int
    package let bytes: [UInt8]

    package init(status: Int, _ bytes: [UInt8]) {
        (self.status, self.bytes) = (status, bytes)
    }
}
