package import JSON

/// The response to any request, in the published format.
package struct Envelope: Hashable, Sendable {
    package let code: String
    package let message: String
    package let data: JSONValue
    /// An empty object for a success. Otherwise an array of objects with one member each.
    package let error: JSONValue
    /// The HTTP status code.
    package let status: Int
    /// What is wrong with the request, in structured form. `error` contains the same as text.
    package let faults: [ProfileFault]

    package init(success message: String, _ data: JSONValue, status: Int = 200) {
        (code, self.message, self.data) = ("RBC024", message, data)
        (error, self.status, faults) = (.object([:]), status, [])
    }

    /// Creates the response to a failed request.
    ///
    /// - Parameters:
    ///   - message: The summary.
    ///   - part: The part of the request that is wrong: `body` or `params`.
    ///   - text: The details.
    ///   - status: The HTTP status code.
    ///   - code: The error code.
    package init(
        failure message: String, part: String, _ text: String, status: Int,
        code: String = Envelope.faultCode
    ) {
        self.init(failure: message, [(part, text)], status: status, code: code)
    }

    /// The error code of an invalid request, RBC302.
    package static let faultCode = "RBC302"

    /// The error code of a conflict, such as a known ID with different contents: RBC409.
    package static let conflictCode = "RBC409"

    package init(
        _ faults: ProfileFaults, status: Int = 400, code: String = Envelope.faultCode
    ) {
        let errors = faults.listed.map { ($0.part, $0.description) }
        self.init(
            failure: errors.first?.1 ?? "", errors, status: status, code: code,
            faults: faults.listed)
    }

    private init(
        failure message: String, _ errors: [(String, String)], status: Int,
        code: String = Envelope.faultCode, faults: [ProfileFault] = []
    ) {
        (self.code, self.message, data) = (code, message, .object([:]))
        self.faults = faults
        error = .array(errors.map { .object([$0.0: .string($0.1)]) })
        self.status = status
    }

    package var isSuccess: Bool { (200...299).contains(status) }

    package var json: JSONValue {
        .object([
            "code": .string(code), "message": .string(message), "data": data, "error": error,
            "status": .integer(status),
        ])
    }
}
