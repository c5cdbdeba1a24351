package import CallbackDispatch
package import Profiles
import Storage

/// Why a request is refused, in the words of the API. The pages show the same ones.
package struct Refusal: Hashable, Sendable {
    /// One thing that is wrong.
    package struct Detail: Hashable, Sendable {
        /// The part of the request that is wrong: `body`, `params` or `headers`.
        package let part: String
        package let text: String
    }

    /// The summary.
    package let message: String
    package let details: [Detail]
    /// The HTTP status code.
    package let status: Int
    package let code: String
    /// What is wrong with the request, in structured form. The details say the same as text.
    package let faults: [ProfileFault]

    /// - Parameters:
    ///   - message: The summary.
    ///   - part: The part of the request that is wrong.
    ///   - text: The details.
    ///   - status: The HTTP status code.
    ///   - code: The error code.
    init(
        _ message: String, part: String, _ text: String, status: Int,
        code: String = Refusal.faultCode
    ) {
        (self.message, self.status, self.code) = (message, status, code)
        (details, faults) = ([Detail(part: part, text: text)], [])
    }

    package init(_ faults: ProfileFaults) {
        self.init(faults, status: 400, code: Self.faultCode)
    }

    package init(_ conflicts: CallbackConflicts) {
        self.init(conflicts.faults, status: 409, code: Self.conflictCode)
    }

    private init(_ faults: ProfileFaults, status: Int, code: String) {
        (self.faults, self.status, self.code) = (faults.listed, status, code)
        details = faults.listed.map { Detail(part: $0.part, text: $0.description) }
        message = details.first?.text ?? ""
    }

    /// The error code of an invalid request.
    static let faultCode = "RBC302"

    /// The error code of a conflict, such as a known ID with different contents.
    static let conflictCode = "RBC409"
}

extension Refusal {
    /// Creates the refusal for an error of an operation. Returns nil if the error is a failure of
    /// the gateway.
    package init?(_ error: any Error) {
        switch error {
        case let faults as ProfileFaults: self.init(faults)
        case let conflicts as CallbackConflicts: self.init(conflicts)
        case let error as ProfileError: self = .of(error)
        case let error as ReplayError: self = .of(error)
        case let damage as DamagedProfile:
            self.init(
                "The profile is damaged", part: "params", damage.description, status: 409,
                code: Self.conflictCode)
        case let error as RequestError:
            self.init(
                "The callback could not be created", part: "body", error.description, status: 400)
        default: return nil
        }
    }

    private static func of(_ error: ProfileError) -> Refusal {
        switch error {
        case .noProfile(let id):
            Refusal(
                "No profile exists with this id", part: "params",
                "No profile exists with id: \(id)", status: 404)
        case .unboundNumber(let number):
            Refusal(
                "No profile is bound to this number", part: "params",
                "No profile is bound to the number: \(number)", status: 404)
        case .tooManyProfiles(let limit): full("profiles", limit, setting: "profilesPerCompany")
        case .tooManyNumbers(let limit): full("numbers", limit, setting: "numbersPerCompany")
        }
    }

    private static func full(_ things: String, _ limit: Int, setting: String) -> Refusal {
        Refusal(
            "The company has reached its limit of \(things)", part: "body",
            "A company may have \(limit) \(things); delete one, or raise 'gateway.\(setting)'",
            status: 409, code: conflictCode)
    }

    private static func of(_ error: ReplayError) -> Refusal {
        switch error {
        case .notFinished(let id, let state):
            Refusal(
                "The callback has not finished yet", part: "params",
                "The callback is \(state.name) and will be sent without a replay: \(id)",
                status: 400)
        case .unknownCallback(let id):
            Refusal(
                "No callback exists with this id", part: "params",
                "No callback exists with id: \(id)", status: 404)
        }
    }
}
