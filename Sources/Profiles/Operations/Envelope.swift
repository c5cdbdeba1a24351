package import JSON

/// The answer to any request, in the form of the seeds.
package struct Envelope: Hashable, Sendable {
    package let code: String
    package let message: String
    package let data: JSONValue
    /// An empty object for success, else an array of objects with one member each.
    package let error: JSONValue
    /// As in HTTP.
    package let status: Int
    /// What is wrong with the request, as facts; `error` has their words.
    package let faults: [ProfileFault]

    package init(success message: String, _ data: JSONValue, status: Int = 200) {
        (code, self.message, self.data) = ("RBC024", message, data)
        (error, self.status, faults) = (.object([:]), status, [])
    }

    /// - Parameter code: another one than that of a request with faults.
    package init(
        failure message: String, part: String, _ text: String, status: Int,
        code: String = Envelope.faultCode
    ) {
        self.init(failure: message, [(part, text)], status: status, code: code)
    }

    /// The code of a request that cannot be done, RBC302.
    package static let faultCode = "RBC302"

    /// The code of a request that repeats an id with other contents, RBC409.
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
