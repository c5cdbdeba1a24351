/// What a request is answered with.
package struct Response: Hashable, Sendable {
    /// What whoever watches the server wants to know of an answer.
    package struct Facts: Hashable, Sendable {
        /// Which of all that can be asked for it answers.
        package var call: String?
        /// Whose things it is about.
        package var company: String?

        package init(call: String? = nil, company: String? = nil) {
            (self.call, self.company) = (call, company)
        }
    }

    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    package var status: Int
    /// Without Content-Length, Date and Connection, which the server sets.
    package var headers: [Header]
    package var body: [UInt8]
    /// No part of what is sent.
    package var facts = Facts()

    package init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The value of the first header with this name; upper and lower case are the same.
    package subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
