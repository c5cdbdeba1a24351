package import JSON
package import Profiles

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

    package init(_ refusal: Refusal) {
        (code, message, status) = (refusal.code, refusal.message, refusal.status)
        data = .object([:])
        error = .array(refusal.details.map { .object([$0.part: .string($0.text)]) })
    }

    /// Returns the response of `work`, or the response to the error with which it refuses.
    ///
    /// - Throws: Errors that are failures and not refusals.
    package static func responding(_ work: () throws -> Envelope) throws -> Envelope {
        do {
            return try work()
        } catch {
            guard let refusal = Refusal(error) else { throw error }
            return Envelope(refusal)
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

extension WrittenEnvelope {
    package init(_ envelope: Envelope) {
        self.init(status: envelope.status, envelope.json.compactBytes)
    }
}
