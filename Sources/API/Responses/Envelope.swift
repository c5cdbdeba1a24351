package import CallbackDispatch
package import CivilTime
package import JSON
package import Profiles
package import Storage

/// The response to any request, in the published format.
package struct Envelope: Hashable, Sendable {
    package let code: String
    package let message: String
    package let data: JSONValue
    /// An empty object for a success. Otherwise an array of objects with one member each.
    package let error: JSONValue
    /// The HTTP status code.
    package let status: Int

    package init(success message: String, _ data: JSONValue, status: Int = 200) {
        (code, self.message, self.data) = ("RBC024", message, data)
        (error, self.status) = (.object([:]), status)
    }

    package init(_ apiError: APIError) {
        (code, message, status) = (apiError.code, apiError.message, apiError.status)
        data = .object([:])
        error = .array(apiError.details.map { .object([$0.part: .string($0.text)]) })
    }

    /// Returns the response of `work`, or the response to the error with which it refuses.
    ///
    /// - Throws: Errors that are failures and not refusals.
    package static func responding(_ work: () throws -> Envelope) throws -> Envelope {
        do {
            return try work()
        } catch {
            guard let apiError = APIError(error) else { throw error }
            return Envelope(apiError)
        }
    }

    package var isSuccess: Bool { (200...299).contains(status) }

    package var json: JSONValue {
        .object([
            "code": .string(code), "message": .string(message), "data": data, "error": error,
            "status": .integer(status),
        ])
    }
}

extension EncodedEnvelope {
    package init(_ envelope: Envelope) {
        self.init(status: envelope.status, envelope.json.compactBytes)
    }
}

/// Why a request is refused, in the words of the API. The pages show the same ones.
package struct APIError: Hashable, Sendable {
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
        code: String = APIError.faultCode
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

extension APIError {
    /// Creates the API error for an error of an operation. Returns nil if the error is a failure of
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

    private static func of(_ error: ProfileError) -> APIError {
        switch error {
        case .noProfile(let id):
            APIError(
                "No profile exists with this id", part: "params",
                "No profile exists with id: \(id)", status: 404)
        case .unboundNumber(let number):
            APIError(
                "No profile is bound to this number", part: "params",
                "No profile is bound to the number: \(number)", status: 404)
        case .tooManyProfiles(let limit): full("profiles", limit, setting: "profilesPerCompany")
        case .tooManyNumbers(let limit): full("numbers", limit, setting: "numbersPerCompany")
        }
    }

    private static func full(_ things: String, _ limit: Int, setting: String) -> APIError {
        APIError(
            "The company has reached its limit of \(things)", part: "body",
            "A company may have \(limit) \(things); delete one, or raise 'gateway.\(setting)'",
            status: 409, code: conflictCode)
    }

    private static func of(_ error: ReplayError) -> APIError {
        switch error {
        case .notFinished(let id, let state):
            APIError(
                "The callback has not finished yet", part: "params",
                "The callback is \(state.name) and will be sent without a replay: \(id)",
                status: 400)
        case .unknownCallback(let id):
            APIError(
                "No callback exists with this id", part: "params",
                "No callback exists with id: \(id)", status: 404)
        }
    }
}

/// The responses to operations on deliveries.
package struct DeliveryResponses {
    private let deliveries: DeliveryOperations

    package init(_ deliveries: DeliveryOperations) {
        self.deliveries = deliveries
    }

    /// Returns one page of logged attempts, newest first.
    package func list(_ parameters: [(name: String, value: String)]) throws -> Envelope {
        try .responding {
            let list = try EncodedList { size in
                try deliveries.list(parameters) { size($0.json) }
            }
            return Envelope(success: "Deliveries fetched successfully", list.data("deliveries"))
        }
    }

    /// Queues one more attempt at a finished callback, with the same callback ID.
    package func replay(_ callbackID: String, at now: Instant) throws -> Envelope {
        try .responding {
            try deliveries.replay(callbackID, at: now)
            return Envelope(
                success: "Callback queued successfully",
                .object(["callback_id": .string(callbackID)]), status: 202)
        }
    }
}

extension Delivery {
    /// The size of the delivery in a response, in bytes.
    package var encodedSize: Int { json.compactCount }
}

/// The responses to test deliveries.
package struct TestDeliveryResponses {
    private let tests: TestDeliveryOperations

    package init(_ tests: TestDeliveryOperations) {
        self.tests = tests
    }

    /// Sends a test callback with a saved profile.
    ///
    /// - Parameter request: Empty, or JSON with `variables`.
    package func test(profile id: String, _ request: [UInt8]) throws -> Envelope {
        try .responding {
            Envelope(try tests.test(profile: id, request.isEmpty ? nil : .text(request)))
        }
    }

    /// Sends a test callback with settings that are not saved.
    package func test(settings request: [UInt8]) throws -> Envelope {
        try .responding { Envelope(try tests.test(settings: .text(request))) }
    }
}

extension TestDeliveryOperations.Tested {
    package var summary: String {
        "The test callback \(delivery.wasDelivered ? "was delivered" : "failed")"
    }
}

extension Envelope {
    package init(_ tested: TestDeliveryOperations.Tested) {
        self.init(success: tested.summary, .object(tested.json))
    }

    /// Creates the response to triggers that are on disk.
    package init(accepted callbacks: [AcceptedCallback]) {
        self.init(accepted: callbacks.map { JSONValue.object($0.json) })
    }

    init(accepted callbacks: [JSONValue]) {
        self.init(
            success: "Callbacks accepted successfully", .object(["callbacks": .array(callbacks)]),
            status: 202)
    }
}

extension AcceptedCallback {
    var json: JSONObject {
        var object: JSONObject = ["callback_id": .string(callbackID)]
        switch target {
        case .profile(let id): object["callback_profile"] = .string(id)
        case .url(let url): object["url"] = .string(url)
        }
        object["channel"] = .string(channel)
        object["event"] = JSONValue(event)
        if isDuplicate { object["duplicate"] = .boolean(true) }
        return object
    }
}
